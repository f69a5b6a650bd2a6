// The same scripts under the installed pgbench and here: values, random numbers, row effects.
#include <gmock/gmock.h>

#include "tests/load/pgbench_fixture.hpp"
#include "tests/load/script_grammar.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::HasSubstr;

TEST_F(PgbenchTest, ExpressionsHaveTheSameValues) {
  const auto expressions = lines(R"(
1 + 2 * 3 - -4
17 / (4|1) + ( 4 + (7 >> 2))
- (3 * 4 - (-(~ 1) + -(~ 0))) / -1 + 3 % -1
7 / 2
-7 / 2
-7 % 3
7.0 / 2
1e300 * 1e300
-1e300 * 1e300
0.0 / 0
sqrt(-1)
ln(0)
1.0 / 3
1e15 + 0.3
123456789012345678.0
1e-5
100000.0 * 10
double(:v0) / 3
int(2.5)
int(-2.5)
int(3.5)
9223372036854775807
-9223372036854775808
abs(-9223372036854775808)
abs(-4.5)
~1 + 2
2 * ~3 + 4
1 << 62
1 << 64
1 << 65
-1 >> 3
-1 >> 65
5 # 3 | 8 & 12
1 < 2
1.0 = 1
2 != 2
NOT 1 > 2
TRUE IS NOT FALSE
:v2 IS NULL
:v3 IS TRUE
1 IS TRUE
:v2 ISNULL AND :v0 NOTNULL
NULL AND FALSE
FALSE AND NULL
NULL OR TRUE
TRUE OR NULL
NOT NULL
NULL = NULL
1 = 2 IS NULL
1 IS NULL IS NOT NULL
NOT 1 = 2 OR FALSE
CASE WHEN :v2 THEN 1 WHEN 0.0 THEN 2 ELSE 3 END
CASE WHEN FALSE THEN 1 END
case when 1 then case when 2 > 1 then 3 is null end end
least(3, 1.5, 2)
greatest(3, 1, 2)
least(, 5, 4)
greatest(1, NULL)
mod(7.6, 4.4)
mod(-7, 4)
pow(2, 0.5)
pow(0, 0)
power(-2, -3)
pow(10, 30)
exp(1)
pi()
hash(10)
hash(10, 5)
hash_fnv1a(10, :v0)
hash_murmur2(-1, 0)
permute(1, 10)
permute(11, 10, 3)
permute(123456789, 1000000007, 42)
permute(-5, 7, 1)
permute(5, 9223372036854775797, 5432)
permute(0, 1)
:scale
:client_id
:random_seed
:default_seed
1.5e3 = 1500
.5
5.
1 \\n + 1
debug(4)
10 % 3.0)");
  expect_same_rows(
      {{storing(expressions)}, {.protocol = Protocol::simple, .chance = Chance::client, .random_seed = 99}},
      fresh_table, all_rows);
}

bool evaluates(const std::string& text) {
  scenario::Script source;
  source.text = text;
  const auto scripts = parse_scripts({source}, ParseOptions{});
  if (!scripts) return false;
  ScriptWorld world(*scripts, nullptr, {}, 1);
  ScriptRun run(world, 0);
  run.start(0, {});
  try {
    while (run.next().what != ScriptRun::Next::What::end) continue;
    return true;
  } catch (const ScriptFailure&) {
    return false;
  }
}

TEST_F(PgbenchTest, ExpressionsByChanceHaveTheSameValuesOrFailures) {
  // Failures end pgbench's client: each in a script of its own. What we can evaluate goes into one.
  std::vector<std::string> good, bad;
  ScriptGrammar grammar(20240601);
  while (good.size() < 400 || bad.size() < 40) {
    const std::string expression = grammar.expression(5);
    auto& list = evaluates(storing({expression})) ? good : bad;
    if (&list == &good || bad.size() < 40) list.push_back(expression);
  }
  const ScriptRules rules{.protocol = Protocol::simple, .chance = Chance::client, .random_seed = 1};
  expect_same_rows({{storing(good)}, rules, 2, 2}, fresh_table, all_rows);
  for (const std::string& expression : bad) {
    const Job job{{storing({expression})}, rules};
    const auto theirs = pgbench(job);
    EXPECT_NE(theirs.exit_status, 0) << expression;
    const auto scripts = parse(job);
    const std::string said = scripts ? ours(job).front().message : scripts.errors()[0].message;
    EXPECT_THAT(said, HasSubstr(first_message(theirs.err))) << expression << "\n" << theirs.err;
  }
}

TEST_F(PgbenchTest, TheSameSeedDrawsTheSameNumbers) {
  const std::vector<std::string> draws{"random(1, 100000)",
                                       "random(-5000, 5000)",
                                       "random(0, 9223372036854775806)",
                                       "random_exponential(1, 1000, 2.5)",
                                       "random_gaussian(1, 1000, 2.5)",
                                       "random_zipfian(1, 1000, 1.07)",
                                       "random_zipfian(1, 100000000, 1.5)",
                                       "random(7, 7)",
                                       "permute(random(1, 100), 1000)",
                                       "hash(random(1, 10))"};
  for (const Protocol protocol : {Protocol::simple, Protocol::extended, Protocol::prepared}) {
    std::string script = "\\set kept :kept + 1\n";
    for (const std::string& draw : draws) {
      script +=
          "\\set x " + draw + "\nINSERT INTO seen (client, value) VALUES (:client_id::int, (:x::bigint)::text);\n";
    }
    script += "INSERT INTO seen (client, value) VALUES (:client_id::int, :kept::int::text || ' ' || :seed::text);\n";
    expect_same_rows({{script},
                      {.protocol = protocol,
                       .chance = Chance::client,
                       .random_seed = 4711,
                       .definitions = {{"kept", "10"}, {"seed", "12"}}},
                      3,
                      15},
                     fresh_table, all_rows);
  }
}

TEST_F(PgbenchTest, DefinitionsTakeThePlaceOfVariablesThatAreSetFromTheStart) {
  const std::string script = storing({":scale", ":default_seed", "hash(5)", ":client_id", ":t AND NOT :f", ":d + :i"});
  expect_same_rows({{script},
                    {.protocol = Protocol::simple,
                     .chance = Chance::client,
                     .random_seed = 5,
                     .definitions = {{"scale", "50"},
                                     {"default_seed", "17"},
                                     {"client_id", "9"},
                                     {"t", "ye"},
                                     {"f", "oF"},
                                     {"d", "-1.5e1"},
                                     {"i", "+3"}}},
                    1,
                    2},
                   fresh_table, all_rows);
}

TEST_F(PgbenchTest, MetaCommandsHaveTheSameEffects) {
  const std::string store = "INSERT INTO seen (client, value) VALUES (:client_id, ':x :y :z :p_y :unset 1::int');\n";
  const std::string script = R"(
\set x 0 \
  + 1
\SET y 2
-- a comment \set x 99
SELECT 5 AS y, 'it''s' AS z, NULL AS w \gset p_
\if :x = 1
  \set z 10
  \if :p_y > 4
    SELECT 6 AS x \gset
  \elif 1 / 0
    \set x 1 / 0
  \else
    \set x 1 / 0
  \endif
\elif 1 / 0
  \set z 1 / 0
\else
  \if 1 / 0
  \endif
\endif
)" + store + R"(
\if NULL
  \set y 1
\elif 0.0
  \set y 2
\elif :y
  \set y 33
\else
  \set y 4
\endif
\;\; SELECT 7 AS x \; SELECT 8 AS x, 9 AS z \; \gset
)" + store + R"(
SELECT 1 AS x \; SELECT 2 AS z \; SELECT 3 AS y WHERE false \; SELECT 10 AS p_y UNION SELECT 11 ORDER BY 1 \aset
SELECT 1 AS w, 2 AS w \gset
\sleep 1ms
\set t 10
\sleep :t us
\sleep 0
\setshell x expr 40 + 2
\shell true ::x :x
)" + store + "SELECT '{\"a\":b}' AS z, E'a\\'b;:x' AS y, $q$ ; :t $q$ AS x \\gset\n" +
                             "INSERT INTO seen (client, value) VALUES (:client_id, $$:x :y :z :w$$);\n;\n";
  for (const std::size_t transactions : {1u, 3u}) {
    expect_same_rows({{script}, {.protocol = Protocol::simple, .chance = Chance::client}, 2, transactions}, fresh_table,
                     all_rows);
  }
}

TEST_F(PgbenchTest, PipelinesHaveTheSameEffects) {
  const std::string script = R"(
\set a random(1, 100)
\startpipeline
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO seen (client, value) VALUES (:client_id::int, (:a::int)::text);
\set a :a + 1
\if :a > 50
INSERT INTO seen (client, value) VALUES (:client_id::int, 'large' || :a::int);
\else
INSERT INTO seen (client, value) VALUES (:client_id::int, 'small' || :a::int);
\endif
END;
\endpipeline
SELECT count(*) AS rows FROM seen WHERE client = :client_id::int \gset
INSERT INTO seen (client, value) VALUES (:client_id::int, :rows::text || :unset::text);
)";
  for (const Protocol protocol : {Protocol::extended, Protocol::prepared}) {
    expect_same_rows(
        {{script}, {.protocol = protocol, .chance = Chance::client, .random_seed = 3, .max_tries = 1}, 1, 8},
        fresh_table, all_rows);
  }
}

TEST_F(PgbenchTest, RetriesDrawTheSameNumbersAndAreCounted) {
  const std::string before = std::string(fresh_table) + R"(;
    DROP SEQUENCE IF EXISTS tries; CREATE SEQUENCE tries;
    CREATE OR REPLACE FUNCTION stumble() RETURNS int LANGUAGE plpgsql AS $$
    DECLARE n int := nextval('tries');
    BEGIN
      IF n % 3 = 1 THEN RAISE EXCEPTION 'not this time' USING errcode = '40001'; END IF;
      IF n % 3 = 2 THEN RAISE EXCEPTION 'nor this time' USING errcode = '40P01'; END IF;
      RETURN n;
    END $$)";
  const std::string script = R"(
\set v random(1, 1000000)
\set n :n + 1
BEGIN;
INSERT INTO seen (client, value) VALUES (:client_id, 'lost');
SELECT stumble() AS tried \gset
INSERT INTO seen (client, value) VALUES (:client_id, ':v :tried :n');
END;
)";
  Job job{{script},
          {.protocol = Protocol::simple,
           .chance = Chance::client,
           .random_seed = 8,
           .max_tries = 5,
           .definitions = {{"n", "0"}}},
          1,
          4};
  expect_same_rows(job, before, all_rows);
  job.rules.max_tries = 2;
  execute(before);
  const auto theirs = pgbench(job);
  EXPECT_THAT(theirs.out, HasSubstr("number of failed transactions: 2"));
  EXPECT_THAT(theirs.out, HasSubstr("total number of retries: 2"));
  const std::string expected = rows(all_rows);
  execute(before);
  std::uint64_t retries = 0;
  std::string states;
  for (const Ending& ending : ours(job)) {
    retries += ending.retries;
    states += ending.sqlstate + ' ';
  }
  EXPECT_EQ(retries, 2u);
  EXPECT_EQ(states, "40P01  40P01  ");
  EXPECT_EQ(rows(all_rows), expected);
}

TEST_F(PgbenchTest, BuiltInScriptsChangeTheSameRows) {
  const auto& target = database_.target();
  ASSERT_EQ(base::run({.arguments = {pgbench_, "-i", "-q", target.database},
                       .environment = {{"PGHOST", target.host},
                                       {"PGPORT", std::to_string(target.port)},
                                       {"PGUSER", target.user},
                                       {"PGPASSWORD", target.password}}},
                      std::chrono::seconds(60))
                ->exit_status,
            0);
  for (const char* name : {"tpcb-like", "simple-update", "select-only"}) {
    Job job{{std::string(builtin_script(name)->text)}, {.chance = Chance::client, .random_seed = 77}, 3, 20};
    const std::string history = "SELECT tid, bid, aid, delta FROM pgbench_history ORDER BY 1, 2, 3, 4";
    execute("TRUNCATE pgbench_history");
    Job builtin = job;
    builtin.scripts.clear();
    EXPECT_EQ(pgbench(builtin, {std::string("-b") + name}).exit_status, 0);
    const std::string expected = rows(history);
    execute("TRUNCATE pgbench_history");
    for (const Ending& ending : ours(job)) EXPECT_EQ(ending.sqlstate, "") << ending.message;
    EXPECT_EQ(rows(history), expected) << name;
  }
}

}  // namespace
}  // namespace pgrehearse::load
