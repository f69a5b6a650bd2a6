// Commands of \shell and \setshell. The traffic's thread waits for them, as pgbench's does. Private to this module.
#pragma once

#include <cstdint>
#include <string>

namespace pgrehearse::load {

// By /bin/sh; the command's output goes to our standard error, because the report has our standard output. Throws
// ScriptFailure when it ends with another status than 0.
void run_shell(const std::string& command);
// The number that the command writes, on its first line. Throws ScriptFailure when it writes none.
std::int64_t shell_number(const std::string& command);

}  // namespace pgrehearse::load
