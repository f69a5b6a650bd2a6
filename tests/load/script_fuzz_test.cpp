// Scripts by chance, whole and damaged, through parser and evaluator: nothing crashes, and what is told has a place.
// PGREHEARSE_FUZZ_SECONDS=600 goes on for ten minutes, which is for a build with sanitizers; PGREHEARSE_FUZZ_SEED
// begins elsewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "harness/load/script_run.hpp"
#include "tests/load/script_grammar.hpp"

namespace pgrehearse::load {
namespace {

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Runs a script to its end as if the server answered each statement with one row. Loops are impossible, so each step is
// met once at most.
void run(const std::vector<Script>& scripts, const ScriptRules& rules) {
  const std::vector<postgres::LastRow> answer{{1, {{"v1", "12"}, {"v2", "abc"}}}};
  ScriptWorld world(scripts, nullptr, rules, 2);
  ScriptRun run(world, 1);
  for (int times = 0; times < 2; ++times) {
    run.start(0, base::Seed{7});
    try {
      std::size_t steps = 0;
      for (auto next = run.next(); next.what != ScriptRun::Next::What::end; next = run.next()) {
        ASSERT_LE(++steps, scripts[0].steps.size());
        if (next.what != ScriptRun::Next::What::statement) continue;
        const auto& statement = std::get<SqlStep>(scripts[0].steps[next.step]);
        EXPECT_EQ(run.parameters(next.step).size(), statement.parameters.size());
        run.pasted(next.step);
        if (statement.capture != SqlStep::Capture::none) run.capture(next.step, answer);
      }
    } catch (const ScriptFailure& failure) {
      EXPECT_EQ(failure.sqlstate.size(), 5u) << failure.message;
    }
  }
}

bool runs_commands(const Script& script) {
  for (const Step& step : script.steps) {
    if (std::holds_alternative<ShellStep>(step)) return true;
  }
  return false;
}

void expect_places(const std::string& text, const base::Errors& errors) {
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  for (const base::Error& error : errors) {
    EXPECT_FALSE(error.message.empty());
    EXPECT_GE(error.place.line, 1) << text;
    EXPECT_LE(error.place.line, lines) << text;
    EXPECT_GE(error.place.column, 1) << text;
  }
}

// Whether it could be read.
bool try_script(const std::string& text, bool strict) {
  scenario::Script source;
  source.name = "fuzz";
  source.text = text;
  source.source = "fuzz.sql";
  const auto scripts = parse_scripts({source}, ParseOptions{.definitions = {{"v3", "true"}}, .strict = strict});
  if (!scripts) {
    expect_places(text, scripts.errors());
    return false;
  }
  if (!runs_commands(scripts->front())) {
    run(*scripts, {.protocol = Protocol::simple, .chance = Chance::client, .definitions = {{"v3", "true"}}});
  }
  return true;
}

TEST(ScriptFuzz, NoScriptCrashes) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(environment("PGREHEARSE_FUZZ_SECONDS", 2));
  std::uint64_t seed = environment("PGREHEARSE_FUZZ_SEED", 1), tried = 0, read = 0;
  for (; Clock::now() < end || tried < 200; ++seed, tried += 3) {
    ScriptGrammar grammar(seed);
    const std::string text = grammar.script();
    EXPECT_TRUE(try_script(text, false)) << "seed " << seed << '\n' << text;
    const std::string damaged = grammar.mutate(text);
    read += try_script(damaged, false);
    try_script(grammar.mutate(damaged), true);
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  RecordProperty("scripts", std::to_string(tried));
  EXPECT_GT(read, 0u) << "some damage does not matter";
  EXPECT_LT(read, tried);
  if (std::getenv("PGREHEARSE_FUZZ_SECONDS")) std::printf("%lu scripts\n", static_cast<unsigned long>(tried));
}

}  // namespace
}  // namespace pgrehearse::load
