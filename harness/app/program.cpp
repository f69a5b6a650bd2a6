#include "harness/app/program.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "harness/app/commands.hpp"
#include "harness/base/nearest.hpp"

namespace pgrehearse::app {
namespace {

std::vector<CommandEntry> commands() {
  return {run_command(),      estimate_command(), judge_command(), report_command(),    profile_command(),
          generate_command(), load_command(),     merge_command(), scenarios_command(), doctor_command()};
}

std::string overview() {
  std::string text =
      "Rehearses a PostgreSQL schema migration: a throw-away server, synthetic data at your row counts,\n"
      "concurrent traffic, the migration up, down and up again, and a verdict that CI can gate on.\n"
      "\nUsage: pgrehearse COMMAND [ARGUMENTS]\n\nCommands:\n";
  for (const CommandEntry& command : commands()) {
    text += fmt::format("  {:<12}{}\n", command.verb.name, command.verb.summary);
  }
  return text +
         "\n`pgrehearse COMMAND --help` shows options and examples.\n"
         "\nExamples:\n"
         "  pgrehearse run --migrations db/migrations --rows 100k\n"
         "  pgrehearse run required-column --variant safe\n"
         "\nExit status: 0 pass, 1 a gate failed, 2 usage or scenario error, 3 inconclusive, 4 environment,\n"
         "130 interrupted.\n";
}

int run(const CommandEntry& command, const std::vector<std::string>& arguments) {
  const auto parsed = parse(command.verb, arguments);
  if (!parsed) return static_cast<int>(report_errors(parsed.errors()));
  if (parsed->has("help")) {
    std::fputs(help(command.verb).c_str(), stdout);
    return 0;
  }
  try {
    return static_cast<int>(command.run(*parsed));
  } catch (const std::exception& failure) {
    // Caught here so that on the way every server and folder was given back.
    return static_cast<int>(report_errors({base::environment_error(
        fmt::format("this should not have happened: {}", failure.what()), "please report it, with the command")}));
  }
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::fputs(overview().c_str(), stderr);
    return static_cast<int>(ExitStatus::usage);
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-?" || name == "help") {
    std::fputs(overview().c_str(), stdout);
    return 0;
  }
  if (name == "--version" || name == "-V") {
    fmt::print("pgrehearse {}\n", tool_version);
    return 0;
  }
  std::vector<std::string> known;
  for (const CommandEntry& command : commands()) {
    if (command.verb.name == name) return run(command, {arguments.begin() + 1, arguments.end()});
    known.push_back(command.verb.name);
  }
  const std::string near = base::did_you_mean(name, known);
  return static_cast<int>(report_errors(
      {base::usage_error(fmt::format("unknown command '{}'", name), near.empty() ? "see `pgrehearse --help`" : near)}));
}

}  // namespace pgrehearse::app
