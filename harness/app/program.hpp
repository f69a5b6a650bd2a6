// The whole program behind `main`.
#pragma once

#include <string>
#include <vector>

namespace pgrehearse::app {

inline constexpr const char* tool_version = "0.1.0";

// `arguments` without the program's name. The exit status (see exit_status.hpp).
int run_program(const std::vector<std::string>& arguments);

}  // namespace pgrehearse::app
