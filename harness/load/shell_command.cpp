#include "harness/load/shell_command.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "harness/base/subprocess.hpp"
#include "harness/load/value.hpp"

namespace pgrehearse::load {
namespace {

constexpr base::Duration longest = std::chrono::hours(1);
constexpr const char* external_failure = "38000";

base::Output run(const std::string& command) {
  auto output = base::run({.arguments = {"/bin/sh", "-c", command}}, longest);
  if (!output) throw ScriptFailure{external_failure, "could not launch shell command: " + output.errors()[0].message};
  std::fputs(output->err.c_str(), stderr);
  return std::move(*output);
}

}  // namespace

void run_shell(const std::string& command) {
  const base::Output output = run(command);
  std::fputs(output.out.c_str(), stderr);
  if (output.exit_status != 0) {
    throw ScriptFailure{external_failure, fmt::format("the shell command ended with status {}", output.exit_status)};
  }
}

// As pgbench reads it: a 32-bit number, white space around it.
std::int64_t shell_number(const std::string& command) {
  const std::string out = run(command).out;
  if (out.empty()) throw ScriptFailure{external_failure, "could not read result of shell command"};
  const std::string line = out.substr(0, out.find('\n'));
  const auto begin = line.find_first_not_of(" \t\r"), end = line.find_last_not_of(" \t\r");
  std::int32_t number = 0;
  if (begin != std::string::npos) {
    const auto read = std::from_chars(line.data() + begin, line.data() + end + 1, number);
    if (read.ec == std::errc{} && read.ptr == line.data() + end + 1) return number;
  }
  throw ScriptFailure{"22P02", fmt::format("shell command must return an integer (not \"{}\")", line)};
}

}  // namespace pgrehearse::load
