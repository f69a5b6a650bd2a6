#include "harness/app/command_line.hpp"

#include <gtest/gtest.h>

#include <set>

#include "harness/app/commands.hpp"
#include "harness/base/nearest.hpp"

namespace pgrehearse::app {
namespace {

Verb verb() {
  return {.name = "run",
          .positional = "SCENARIO",
          .summary = "Rehearse.",
          .positional_limit = 1,
          .description = "",
          .examples = "",
          .options = {
              {.name = "rows", .letter = 0, .value = "N", .help = "rows", .repeatable = true, .group = ""},
              {.name = "output", .letter = 'o', .value = "FOLDER", .help = "where", .repeatable = false, .group = ""},
              {.name = "quiet", .letter = 'q', .value = "", .help = "no progress", .repeatable = false, .group = ""}}};
}

TEST(CommandLine, ReadsOptionsAndPositionals) {
  const auto parsed = parse(verb(), {"index", "--rows", "users=1M", "--rows=5k", "-q", "-o", "out"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->positionals, std::vector<std::string>{"index"});
  EXPECT_EQ(parsed->all("rows"), (std::vector<std::string>{"users=1M", "5k"}));
  EXPECT_TRUE(parsed->has("quiet"));
  EXPECT_EQ(parsed->value("output"), "out");
  EXPECT_FALSE(parsed->has("help"));
}

struct Mistake {
  std::vector<std::string> arguments;
  std::string message, hint;
};

TEST(CommandLine, ExplainsMistakes) {
  const std::vector<Mistake> mistakes{
      {{"--rowz", "5"}, "unknown option '--rowz'", "did you mean '--rows'?"},
      {{"--zzzzzz"}, "unknown option '--zzzzzz'", "see `pgrehearse run --help`"},
      {{"a", "b"}, "'run' takes no more than 1 SCENARIO", "see `pgrehearse run --help`"},
      {{"-o", "a", "-o", "b"}, "--output is given more than once", ""},
  };
  for (const Mistake& mistake : mistakes) {
    const auto parsed = parse(verb(), mistake.arguments);
    ASSERT_FALSE(parsed) << mistake.message;
    EXPECT_EQ(parsed.errors()[0].message, mistake.message);
    EXPECT_EQ(parsed.errors()[0].hint, mistake.hint);
    EXPECT_EQ(parsed.errors()[0].kind, base::ErrorKind::usage);
  }
}

TEST(CommandLine, HelpNamesEveryOption) {
  const std::string text = help(verb());
  EXPECT_NE(text.find("Usage: pgrehearse run SCENARIO [OPTIONS]"), std::string::npos);
  for (const Option& option : verb().options) EXPECT_NE(text.find("--" + option.name), std::string::npos);
}

// Boost calls an option that is declared twice ambiguous, and only when it is used.
TEST(Commands, DeclareEachOptionOnce) {
  for (const auto& command :
       {run_command(), estimate_command(), judge_command(), report_command(), scenarios_command(), doctor_command()}) {
    std::set<std::string> names;
    std::set<char> letters;
    for (const Option& option : command.verb.options) {
      EXPECT_TRUE(names.insert(option.name).second) << command.verb.name << " --" << option.name;
      EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second)
          << command.verb.name << " -" << option.letter;
    }
  }
}

TEST(Nearest, FindsTyposAndNothingElse) {
  const std::vector<std::string> known{"rows", "traffic", "gates"};
  EXPECT_EQ(base::nearest("rosw", known), "rows");
  EXPECT_EQ(base::nearest("trafic", known), "traffic");
  EXPECT_EQ(base::nearest("banana", known), "");
  EXPECT_EQ(base::did_you_mean("gate", known), "did you mean 'gates'?");
}

}  // namespace
}  // namespace pgrehearse::app
