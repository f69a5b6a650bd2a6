// The verbs. Each declares its words and does its work: results on standard output, all else on standard error.
#pragma once

#include <vector>

#include "harness/app/command_line.hpp"
#include "harness/app/exit_status.hpp"

namespace pgrehearse::app {

struct CommandEntry {
  Verb verb;
  ExitStatus (*run)(const Parsed& parsed);
};

CommandEntry run_command();
CommandEntry estimate_command();
CommandEntry judge_command();
CommandEntry report_command();
CommandEntry scenarios_command();
CommandEntry generate_command();
CommandEntry doctor_command();
CommandEntry profile_command();
CommandEntry load_command();
CommandEntry merge_command();

}  // namespace pgrehearse::app
