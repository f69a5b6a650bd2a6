// Every mistake that a scenario file can hold: where it is reported, in which words, and with which hint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/known_keys.hpp"
#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using testing::Files;
using ::testing::HasSubstr;
using testing::messages;

constexpr const char* first_line = "migration: {up: up.sql, down: down.sql}\n";  // then the mistake, from line 2

struct Mistake {
  const char* text;  // follows first_line
  int line, column;
  const char* message;
  const char* hint = "";
};
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.message; }

class FileMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(FileMistake, IsReportedAtItsPlace) {
  const Files files;
  const Mistake& mistake = GetParam();
  const auto result = files.read(std::string(first_line) + mistake.text);
  ASSERT_FALSE(result) << mistake.text;
  ASSERT_EQ(result.errors().size(), 1u) << messages(result.errors());
  const base::Error& error = result.errors()[0];
  EXPECT_EQ(error.kind, base::ErrorKind::usage);
  EXPECT_EQ(error.place.file, files.path("scenario.yaml"));
  EXPECT_EQ(error.place.line, mistake.line) << error.message;
  EXPECT_EQ(error.place.column, mistake.column) << error.message;
  EXPECT_THAT(error.message, HasSubstr(mistake.message));
  EXPECT_THAT(error.hint, HasSubstr(mistake.hint));
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, FileMistake,
    ::testing::Values(Mistake{"rows: [1, 2\nseed: 3\n", 3, 5, "not valid YAML"},
                      Mistake{"title: a: b\n", 2, 9, "not valid YAML", "quote text"},
                      Mistake{"rows: *unknown\n", 2, 7, "not valid YAML"},
                      Mistake{"rows: 1k\nseed: 1\nrows: 2k\n", 4, 1, "the key 'rows' is given twice", "line 2"},
                      Mistake{"gates: {max_stall: 1s, max_stall: 2s}\n", 2, 24, "the key 'max_stall' is given twice"},
                      Mistake{"tables: {users: {columns: {a: {values: [1]}, a: {values: [2]}}}}\n", 2, 46,
                              "'a' is given twice"},
                      Mistake{"[a]: 1\n", 2, 1, "a key must be plain text"},
                      Mistake{"---\nrows: 1\n", 0, 0, "more than one YAML document"}));

INSTANTIATE_TEST_SUITE_P(
    Keys, FileMistake,
    ::testing::Values(
        Mistake{"rws: 1k\n", 2, 1, "unknown key 'rws'", "did you mean 'rows'?"},
        Mistake{"banana: 1\n", 2, 1, "unknown key 'banana'", "known here: name, title"},
        Mistake{"gates: {max_stal: 1s}\n", 2, 9, "gates: unknown key 'max_stal'", "did you mean 'max_stall'?"},
        Mistake{"gates: {maxstall: 1s}\n", 2, 9, "unknown key 'maxstall'", "did you mean 'max_stall'?"},
        Mistake{"gates:\n  lock-wait: 1s\n", 3, 3, "unknown key 'lock-wait'", "did you mean 'lock_wait'?"},
        Mistake{"policy: {lock_tiemout: 1s}\n", 2, 10, "unknown key 'lock_tiemout'", "did you mean 'lock_timeout'?"},
        Mistake{"tables: {users: {rows: 1k, colums: {}}}\n", 2, 28, "tables.users: unknown key 'colums'", "columns"},
        Mistake{"tables: {users: {columns: {id: {min: 1}}}}\n", 2, 33, "tables.users.columns.id: unknown key 'min'"},
        Mistake{"traffic: {scripts: {a: {sql: x, wieght: 1}}}\n", 2, 33, "traffic.scripts.a: unknown key", "weight"},
        Mistake{"variant: risky\n", 2, 1, "unknown key 'variant'", "did you mean 'variants'?"},
        Mistake{"source: x\n", 2, 1, "unknown key 'source'"}));

INSTANTIATE_TEST_SUITE_P(
    Kinds, FileMistake,
    ::testing::Values(
        Mistake{"gates: 500ms\n", 2, 8, "gates: expected a set of keys, found a single value"},
        Mistake{"gates: [max_stall]\n", 2, 8, "gates: expected a set of keys, found a list"},
        Mistake{"gates:\nrows: 1k\n", 2, 1, "gates: expected a set of keys, found nothing"},
        Mistake{"rows:\nseed: 1\n", 2, 1, "rows: expected a count such as 100k or 2M, found nothing"},
        Mistake{"rows: {users: 1k}\n", 2, 7, "rows: expected a count such as 100k or 2M, found a set of keys"},
        Mistake{"rows: ''\n", 2, 7, "found empty text"},
        Mistake{"tables: [users]\n", 2, 9, "tables: expected names, each with a set of keys, found a list"},
        Mistake{"tables: {users: 1M}\n", 2, 17, "tables.users: expected a set of keys, found a single value"},
        Mistake{"tables: {users: {columns: {a: {values: [x, null]}}}}\n", 2, 44, "values: expected a value in"},
        Mistake{"traffic: {scripts: {a: SELECT 1}}\n", 2, 24, "traffic.scripts.a: expected a set of keys"},
        Mistake{"title: [a]\n", 2, 8, "title: expected text, found a list"}));

INSTANTIATE_TEST_SUITE_P(
    Values, FileMistake,
    ::testing::Values(
        Mistake{"gates: {max_stall: 500}\n", 2, 20, "gates.max_stall: '500' has no unit", "needs one of"},
        Mistake{"gates: {max_stall: 5 parsecs}\n", 2, 20, "unknown unit 'parsecs'", "ms"},
        Mistake{"gates: {max_stall: 0s}\n", 2, 20, "gates.max_stall: must be longer than zero"},
        Mistake{"gates: {error_rate: 5}\n", 2, 21, "gates.error_rate: '5' is not a share", "5% or 0.05"},
        Mistake{"gates: {error_rate: 101%}\n", 2, 21, "'101%' is more than all"},
        Mistake{"gates: {response_p99: fast}\n", 2, 23, "gates.response_p99: 'fast' is not a duration"},
        Mistake{"gates: {response_p99: 0x baseline}\n", 2, 23, "response_p99: expected a number above zero, found '0'"},
        Mistake{"gates: {down_restores_schema: yes}\n", 2, 31, "expected true, false or off, found 'yes'"},
        Mistake{"timing: {baseline: 5}\n", 2, 20, "timing.baseline: '5' has no unit"},
        Mistake{"policy: {retry_wait: 1}\n", 2, 22, "policy.retry_wait: '1' has no unit"},
        Mistake{"policy: {retries: some}\n", 2, 19, "expected a whole number from 0 to 10000, found 'some'"},
        Mistake{"rows: many\n", 2, 7, "rows: 'many' is not a count", "100k"},
        Mistake{"rows: 0.5\n", 2, 7, "not a whole number"}, Mistake{"rows: -1\n", 2, 7, "'-1' is not a count"},
        Mistake{"seed: x\n", 2, 7, "seed: 'x' is not a count"},
        Mistake{"tables: {users: {rows: 10 for orders}}\n", 2, 24, "tables.users.rows: ", "10 per users"},
        Mistake{"tables: {users: {rows: 0 per orders}}\n", 2, 24, "'0 per orders' is not a ratio"},
        Mistake{"tables: {users: {columns: {a: {nulls: 7}}}}\n", 2, 39, "columns.a.nulls: '7' is not a share"},
        Mistake{"tables: {u: {columns: {a: {kind: emial}}}}\n", 2, 34, "expected one of prose",
                "did you mean 'email'?"},
        Mistake{"tables: {u: {columns: {a: {zipf: 0}}}}\n", 2, 34,
                "expected a number above 0 and at most 10, found '0'"},
        Mistake{"tables: {u: {columns: {a: {zipf: 11}}}}\n", 2, 34, "at most 10, found '11'"},
        Mistake{"tables: {u: {columns: {a: {normal: {mean: x, deviation: 1}}}}}\n", 2, 43,
                "normal.mean: expected a number"},
        Mistake{"tables: {u: {columns: {a: {normal: {mean: 1, deviation: -1}}}}}\n", 2, 57,
                "deviation: expected a number above 0"},
        Mistake{"tables: {u: {columns: {a: {log_normal: {median: 1, sigma: 6}}}}}\n", 2, 59, "above 0 and at most 5"},
        Mistake{"tables: {u: {columns: {a: {period: {from: x, to: y, daily: 2}}}}}\n", 2, 60,
                "period.daily: '2' is not a share"},
        Mistake{"tables: {u: {columns: {a: {length: {maximum: -1}}}}}\n", 2, 46,
                "length.maximum: expected a whole number"},
        Mistake{"tables: {u: {columns: {a: {normal: {mean: 1, deviation: 1, men: 1}}}}}\n", 2, 60, "unknown key 'men'",
                "did you mean 'mean'?"},
        Mistake{"traffic: {rate: 500}\n", 2, 17, "traffic.rate: '500' is not a rate", "500/s"},
        Mistake{"traffic: {rate: 0/s}\n", 2, 17, "a rate of zero"},
        Mistake{"traffic: {clients: 0}\n", 2, 20, "expected a whole number from 1 to 1000, found '0'"},
        Mistake{"traffic: {clients: 1001}\n", 2, 20, "from 1 to 1000, found '1001'"},
        Mistake{"traffic: {loop: opne}\n", 2, 17, "expected one of open, closed, found 'opne'", "did you mean 'open'?"},
        Mistake{"traffic: {scripts: {a: {sql: x, weight: 0}}}\n", 2, 41, "scripts.a.weight: expected a number above"},
        Mistake{"traffic: {scripts: {a: {sql: x, weight: -2}}}\n", 2, 41, "found '-2'"},
        Mistake{"traffic: {scripts: {a: {sql: ' '}}}\n", 2, 30, "traffic.scripts.a.sql: the script is empty"},
        Mistake{"adversaries: {a: {kind: reader}}\n", 2, 25, "expected one of long-reader, idle-in-transaction"},
        Mistake{"expect: {verdict: failed}\n", 2, 19, "expected one of pass, fail, inconclusive", "'fail'"},
        Mistake{"expect: {verdict: fail, gates: [max_stal]}\n", 2, 33, "expect.gates: expected one of max_stall",
                "did you mean 'max_stall'?"}));

INSTANTIATE_TEST_SUITE_P(
    Files, FileMistake,
    ::testing::Values(
        Mistake{"schema: shema.sql\n", 2, 9, "schema: 'shema.sql' does not exist", "did you mean 'schema.sql'?"},
        Mistake{"schema: [schema.sql, migrations]\n", 2, 22, "'migrations' is a folder, not a file"},
        Mistake{"schema: nowhere/schema.sql\n", 2, 9, "does not exist", "nowhere does not exist either"},
        Mistake{"traffic: {scripts: {a: {file: reed.sql}}}\n", 2, 31, "'reed.sql' does not exist", "'read.sql'"},
        Mistake{"traffic: {scripts: {a: {file: /proc/self/mem}}}\n", 2, 31, "cannot read '/proc/self/mem'"},
        Mistake{"server: {postgres_bin: up.sql}\n", 2, 24, "server.postgres_bin: 'up.sql' is not a folder"}));

INSTANTIATE_TEST_SUITE_P(
    Relations, FileMistake,
    ::testing::Values(
        Mistake{"tables: {users: {rows: 1 per users}}\n", 2, 24, "tables.users.rows: the ratios go round in a circle"},
        Mistake{"tables: {users: {rows: 1}, public.users: {rows: 2}}\n", 2, 28, "is the same table as 'users'"},
        Mistake{"tables: {u: {columns: {a: {values: [1], pattern: x}}}}\n", 2, 41, "'values' and 'pattern' exclude"},
        Mistake{"tables: {u: {columns: {a: {minimum: 1}}}}\n", 2, 37, "tables.u.columns.a: 'minimum' needs 'maximum'"},
        Mistake{"tables: {u: {columns: {a: {values: [1, 2], weights: [1]}}}}\n", 2, 53, "1 weights for 2 values"},
        Mistake{"tables: {u: {columns: {a: {distinct: 0}}}}\n", 2, 38, "'distinct' must be above zero"},
        Mistake{"tables: {u: {columns: {a: {kind: url, sequence: {}}}}}\n", 2, 39, "'kind' and 'sequence' exclude"},
        Mistake{"tables: {u: {columns: {a: {normal: {mean: 1}}}}}\n", 2, 36, "'normal' needs 'deviation'"},
        Mistake{"tables: {u: {columns: {a: {log_normal: {sigma: 1}}}}}\n", 2, 40, "'log_normal' needs 'median'"},
        Mistake{"tables: {u: {columns: {a: {period: {from: 2025-01-01}}}}}\n", 2, 36, "'period' needs 'to'"},
        Mistake{"tables: {u: {columns: {a: {sequence: {step: 0}}}}}\n", 2, 45, "'step' must not be zero"},
        Mistake{"tables: {u: {columns: {a: {length: {minimum: 5, maximum: 4}}}}}\n", 2, 36,
                "the least length is above"},
        Mistake{"tables: {u: {columns: {a: {values: [1], weights: [1], zipf: 1}}}}\n", 2, 55,
                "'weights' and 'zipf' exclude"},
        Mistake{"tables: {u: {columns: {a: {distinct: 5, sequence: {}}}}}\n", 2, 41,
                "'distinct' and 'sequence' exclude"},
        Mistake{"traffic: {loop: closed, rate: 5/s}\n", 2, 31, "traffic: a closed loop has no rate"},
        Mistake{"traffic: {scripts: {a: {weight: 1}}}\n", 2, 21, "traffic.scripts.a: the script has no statements"},
        Mistake{"traffic: {scripts: {a: {sql: x, file: read.sql}}}\n", 2, 33, "'sql' and 'file' exclude each other"},
        Mistake{"traffic: {scripts: {a: {sql: x, weight: 1, rate: 1/s}}}\n", 2, 44, "'weight' and 'rate' exclude"},
        Mistake{"adversaries: {report: {}}\n", 2, 15, "adversaries.report: has no 'kind'", "long-reader, idle"},
        Mistake{"adversaries: {a+b: {kind: admin}}\n", 2, 15, "'a+b' has a '+'", "rename it"},
        Mistake{"adversaries: {admin: {hold: 1s}}\n", 2, 29,
                "adversaries.admin: 'hold' means nothing to the kind admin"},
        Mistake{"adversaries: {long-reader: {rows: 5}}\n", 2, 35, "'rows' means nothing to the kind long-reader"},
        Mistake{"adversaries: {pg-dump: {connections: 5}}\n", 2, 38, "'connections' means nothing to the kind pg-dump"},
        Mistake{"adversaries: {a: {kind: admin, sql: x}}\n", 2, 37, "'sql' means nothing to the kind admin"},
        Mistake{"passes: [[quiet, admin]]\n", 2, 11, "'quiet' is a pass of its own", "has the traffic"},
        Mistake{"passes: [[admin, admin]]\n", 2, 18, "'admin' is given twice"},
        Mistake{"passes: [[admin, pg-dump], admin+pg-dump]\n", 2, 28, "'admin+pg-dump' is given twice"},
        Mistake{"passes: [[admin, pg-dumb]]\n", 2, 18, "'pg-dumb' is no pass", "did you mean 'pg-dump'?"},
        Mistake{"passes: [admin+]\n", 2, 10, "passes: expected the name of an adversary"},
        Mistake{"applications: {new: {scripts: {a: {sql: x}}}}\n", 2, 15, "applications: there is no 'old' one"},
        Mistake{"applications: {old: {}}\n", 2, 16, "applications.old: has no scripts"},
        Mistake{"applications: {old: {scripts: {a: {weight: 1}}}}\n", 2, 32,
                "applications.old.scripts.a: the script has no statements"},
        Mistake{"applications: {old: {scripts: {a: {sql: x}}}, mew: {}}\n", 2, 47, "'mew' is neither 'old' nor 'new'"},
        Mistake{"applications: {old: {scripts: {a: {sql: x}}, phases: [up, after]}}\n", 2, 59,
                "applications.old: 'after' is no phase", "after_up"},
        Mistake{"applications: {old: {scripts: {a: {sql: x}}}}\ntraffic: {scripts: {a: {sql: x}}}\n", 2, 15,
                "'applications' and 'traffic.scripts' exclude each other"},
        Mistake{"adversaries: {quiet: {kind: long-reader}}\n", 2, 15, "'quiet' is the name of a pass"},
        Mistake{"passes: [quiet, trafic]\n", 2, 17, "passes: 'trafic' is no pass", "did you mean 'traffic'?"},
        Mistake{"passes: [long-reader, long-reader]\n", 2, 23, "'long-reader' is given twice"},
        Mistake{"passes: []\n", 2, 9, "passes: at least one pass is needed"},
        Mistake{"expect: {verdict: pass, gates: [max_stall]}\n", 2, 32, "not 'fail'"},
        Mistake{"variants: {}\n", 2, 11, "variants: there are none"},
        Mistake{"variants: {risky: }\n", 2, 12, "variants.risky: expected a set of keys, found nothing"},
        Mistake{"variants: {risky: {variants: {}}}\n", 2, 30, "a variant cannot have variants of its own"},
        Mistake{"variants: {a: {rows: 1}, b: {rows: x}}\n", 2, 36, "rows: 'x' is not a count"}));

struct MigrationMistake {
  const char* text;
  int line, column;
  const char* message;
};
void PrintTo(const MigrationMistake& mistake, std::ostream* out) { *out << mistake.message; }
class MigrationMistakes : public ::testing::TestWithParam<MigrationMistake> {};

TEST_P(MigrationMistakes, AreReportedAtTheirPlace) {
  const Files files;
  const auto result = files.read(GetParam().text);
  ASSERT_FALSE(result);
  ASSERT_EQ(result.errors().size(), 1u) << messages(result.errors());
  EXPECT_EQ(result.errors()[0].place.line, GetParam().line);
  EXPECT_EQ(result.errors()[0].place.column, GetParam().column);
  EXPECT_THAT(result.errors()[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, MigrationMistakes,
    ::testing::Values(
        MigrationMistake{"rows: 1k\n", 1, 1, "no migration is named"},
        MigrationMistake{"migration: {transaction: file}\n", 1, 12, "no migration is named"},
        MigrationMistake{"migration: {folder: migrations, up: up.sql}\n", 1, 33,
                         "'folder' and 'up' exclude each other"},
        MigrationMistake{"migration: {folder: migrations, only: 3, last: 2}\n", 1, 42, "'only' and 'last' exclude"},
        MigrationMistake{"migration: {up: up.sql, last: 2}\n", 1, 31, "'last' belongs to a folder of migrations"},
        MigrationMistake{"migration: {folder: migrations, down: down.sql}\n", 1, 39, "'down' needs 'up'"},
        MigrationMistake{"migration: {up: upp.sql}\n", 1, 17, "'upp.sql' does not exist"},
        MigrationMistake{"migration: {folder: up.sql}\n", 1, 21, "'up.sql' is not a folder"},
        MigrationMistake{"migration: {folder: migrations, format: rails}\n", 1, 41, "expected one of auto, diesel"},
        MigrationMistake{"migration: {folder: migrations, last: 0}\n", 1, 39, "from 1 to"},
        MigrationMistake{"migration: {up: up.sql, transaction: none}\n", 1, 38, "expected one of auto, batch, file"},
        MigrationMistake{"migration: {up: up.sql}\ngates: {down_restores_data: true}\n", 2, 29,
                         "needs a migration with"},
        MigrationMistake{"- a\n- b\n", 1, 1, "expected a scenario's keys, found a list"},
        MigrationMistake{"", 0, 0, "the file is empty"}));

TEST(Mistakes, AreAllReportedAtOnceInTheOrderOfTheFile) {
  const Files files;
  const auto result = files.read("rows: x\nmigration: {up: up.sql}\ngates: {max_stall: 5, lock_wiat: 1s}\nseeed: 1\n");
  ASSERT_FALSE(result);
  const std::string file = files.path("scenario.yaml");
  EXPECT_THAT(messages(result.errors()), ::testing::StartsWith(file + ":1:7: error: rows: 'x' is not a count\n"));
  ASSERT_EQ(result.errors().size(), 4u) << messages(result.errors());
  EXPECT_EQ(result.errors()[1].place.line, 3);
  EXPECT_EQ(result.errors()[2].place.column, 23);
  EXPECT_EQ(result.errors()[3].place.line, 4);
}

TEST(Mistakes, SharedByVariantsAreReportedOnce) {
  const Files files;
  const auto result = files.read("migration: {up: up.sql}\nrows: x\nvariants: {a: {}, b: {}}\n");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors().size(), 1u) << messages(result.errors());
}

TEST(Mistakes, AMissingScenarioFileIsNamed) {
  const auto result = read_scenario("/nowhere/scenario.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors()[0].kind, base::ErrorKind::usage);
  EXPECT_EQ(result.errors()[0].message, "cannot read '/nowhere/scenario.yaml': No such file or directory");
}

TEST(Mistakes, AScenarioMustBeText) {
  const Files files;
  const auto result = files.read("title: \xff\xfe\n");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.errors()[0].message, HasSubstr("is not UTF-8 text"));
}

TEST(Mistakes, NestedAliasesCannotFillTheMemory) {
  const Files files;
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) text += ", " + before;
    text += "]\n";
  }
  const auto result = files.read(text);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.errors()[0].message, HasSubstr("more values than a scenario can hold"));
}

// Whatever the key, a list of lists is not what it takes: the reader of each key must say so at its place.
TEST(Mistakes, EveryKeyChecksItsValue) {
  const Files files;
  for (const KnownKey& key : known_keys()) {
    std::string text;
    int column = 1;
    for (std::size_t at = 0, depth = 0; at <= key.path.size(); ++depth) {
      const std::size_t dot = std::min(key.path.find('.', at), key.path.size());
      std::string name = key.path.substr(at, dot - at);
      if (name == "*") name = "some";
      column = static_cast<int>(2 * depth + name.size() + 3);
      text += std::string(2 * depth, ' ') + name + ":" + (dot == key.path.size() ? " [[]]\n" : "\n");
      at = dot + 1;
    }
    const auto result = files.read(text);
    ASSERT_FALSE(result) << text;
    const int line = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    const auto there = [&](const base::Error& e) { return e.place.line == line && e.place.column >= column; };
    EXPECT_TRUE(std::any_of(result.errors().begin(), result.errors().end(), there))
        << text << messages(result.errors());
  }
}

}  // namespace
}  // namespace pgrehearse::scenario
