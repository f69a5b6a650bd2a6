// The same wrong scripts under the installed pgbench and here: the same messages, at the same places.
#include <gmock/gmock.h>

#include "harness/load/expression_lexer.hpp"
#include "tests/load/pgbench_fixture.hpp"
#include "tests/load/script_grammar.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::HasSubstr;

const auto failing = lines(R"(
\set i 1/0
\set i 1 % 0
\set i :nosuchvariable
\set i :foo + 1
\set b :badtrue or true
\set b NOT 0.0
\set i TRUE + 2
\set d ln(TRUE)
\set i random(5, 3)
\set b random(FALSE, TRUE)
\set i random(:minint, :maxint)
\set i random_gaussian(0, 10, 1.0)
\set i random_exponential(0, 10, 0.0)
\set i random_zipfian(0, 10, 1)
\set i random_zipfian(0, 10, 1000000)
\set i int(1E32)
\set i int(1.0 / 0)
\set i (1<<62) + (1<<62)
\set i 0 - (1<<62) - (1<<62) - (1<<62)
\set i 2 * (1<<62)
\set i :minint / -1
\set i permute(0, 0)
\set i least(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16)
\set . 1
\if 1 and 2\n\endif
\set i :space + 1
\sleep :nosuchvariable
\sleep :foo
\startpipeline\n\startpipeline
\endpipeline
\startpipeline\nselect 1 \gset f\n\endpipeline
\startpipeline\nselect 1 \aset f\n\endpipeline
SELECT 1 AS i UNION SELECT 2 \gset
SELECT WHERE FALSE \gset
DROP TABLE IF EXISTS no_such \gset
SELECT 1 \gset
SELECT 1 AS "bad name!" \gset
SELECT 1 AS x \gset 1
\shell echo :nosuchvariable
\setshell i echo -n one
\setshell i true
\startpipeline\nSELECT 1;
)");

TEST_F(PgbenchTest, FailuresAreTheSame) {
  const ScriptRules rules{.chance = Chance::client,
                          .definitions = {{"foo", "bla"},
                                          {"badtrue", "trueXXX"},
                                          {"maxint", "9223372036854775807"},
                                          {"minint", "-9223372036854775808"},
                                          {"space", " "}}};
  // pgbench names itself, the client or the command first; we name the command behind.
  const std::regex before("^(client \\d+ (script|aborted in command) \\d+ [^:;]*[:;] |client 0 aborted: |[a-z]+: )");
  for (const std::string& script : failing) {
    const Job job{{script}, rules};
    const auto theirs = pgbench(job);
    ASSERT_EQ(theirs.exit_status, 2) << script << '\n' << theirs.err;
    const auto scripts = parse(job);
    const std::string said = scripts ? ours(job).front().message : scripts.errors()[0].message;
    const auto expected = messages(theirs.err);
    EXPECT_TRUE(std::any_of(expected.begin(), expected.end(),
                            [&](const std::string& message) {
                              return said.find(std::regex_replace(message, before, "")) != std::string::npos;
                            }))
        << script << '\n'
        << said << '\n'
        << theirs.err;
  }
}

const auto mistaken = lines(R"(
\set
\set i
\set i 1 +
select 1;\n\set i 1 + 2 * ) 4
\set i noSuchFunction()
\set i ;
\set i CASE TRUE THEN 1 ELSE 0 END
\set d ln(1.0, 2.0))
\set i greatest())
\set i least()
\set i hash()
\set i hash(1,2,3)
\set i permute(1)
\set i permute(1, 2, 3, 4)
\set i 100000000000000000000
\set i 9223372036854775808
\set d 1.0E309
\set d .1E310
\set d 1e-400
\set i 1 < 2 < 3
\set i 1 is 2
\set i 1e
\set i 1 =! 2
\set i .
\set i :
\set i 0x10
\set i 5abc
\set i _a
\if
\if\n\endif
\if 0\n\elif +\n\endif
\if 0\n\else BAD\n\endif
\if 0\n\endif BAD
\if 1
\elif 1
\else
\endif
\if 1\n\else\n\elif 0\n\endif
\if 1\n\else\n\else\n\endif
\if 1 \endif
\sleep
\sleep too many args
\sleep 1 week
\sleep 1week
\sleep 1a ms
\sleep week
\sleep :a us b
\shell
\setshell
\setshell var
\gset
\set i +1\n\gset
SELECT 1 AS i \gset\n\gset
SELECT 1 \gset a b
\nosuchcommand
\startpipeline x
\endpipeline 1
-- nothing
)");

// pgbench reads the rest of a line before it reports a mistake, and then reports what it cannot read there instead.
bool is_hidden_by_another(const std::string& text, const base::Place& place) {
  std::size_t at = 0;
  for (int line = 1; line < place.line; ++line) at = text.find('\n', at) + 1;
  at += static_cast<std::size_t>(place.column);
  for (Token token = next_token(text, at); token.kind != TokenKind::end; token = next_token(text, behind(token))) {
    if (token.mistake) return true;
  }
  return false;
}

void expect_same_mistake(const std::string& text, const base::Error& ours, const std::string& theirs) {
  std::smatch found;
  if (std::regex_search(theirs, found, std::regex("condition error in script .* command \\d+: ([^\n]*)"))) {
    EXPECT_EQ(ours.message, found[1].str()) << text;
  } else if (std::regex_search(theirs, found, std::regex("\\.sql:(\\d+): ([^\n]*)\n"))) {
    EXPECT_THAT(found[2].str(), HasSubstr(ours.message)) << text;
    EXPECT_EQ(ours.place.line, std::stoi(found[1])) << text;
    const auto caret = theirs.find("^ error found here");
    if (caret == std::string::npos) return;
    EXPECT_EQ(ours.place.column, static_cast<int>(caret - theirs.rfind('\n', caret))) << text << '\n' << theirs;
  } else {
    EXPECT_THAT(theirs, HasSubstr("empty command list")) << text;
  }
}

TEST_F(PgbenchTest, MistakesAreFoundAtTheSamePlaces) {
  std::vector<std::string> scripts = mistaken;
  ScriptGrammar grammar(5);
  for (int i = 0; i < 150; ++i) scripts.push_back("\\set v0 " + grammar.mutate(grammar.expression(4)) + " \n");
  int compared = 0;
  for (const std::string& text : scripts) {
    // A zero ends pgbench's script; in a line that goes on it counts columns over the end.
    if (text.find('\0') != std::string::npos || text.find("\\\n") != std::string::npos) continue;
    const Job job{{text}, {.definitions = {{"v0", "0"}, {"v1", "1"}, {"v2", "2"}, {"v3", "3"}, {"v4", "4"}}}};
    const auto theirs = pgbench(job, {"--host=/nonexistent"});  // reads the scripts before it connects
    const bool accepted = theirs.err.find("connection to server") != std::string::npos;
    const auto parsed = parse(job);
    EXPECT_EQ(parsed.ok(), accepted) << text << '\n' << theirs.err << (parsed ? "" : to_string(parsed.errors()[0]));
    if (accepted || parsed || is_hidden_by_another(text, parsed.errors()[0].place)) continue;
    ++compared;
    expect_same_mistake(text, parsed.errors()[0], theirs.err);
  }
  EXPECT_GT(compared, 100);
}

}  // namespace
}  // namespace pgrehearse::load
