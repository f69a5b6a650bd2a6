#include "harness/provision/configuration_check.hpp"

#include <sstream>

namespace pgrehearse::provision {

// `2026-01-31 12:00:00.000 UTC [1] LOG:  unrecognized configuration parameter "x" in file "..." line 3`
base::Errors configuration_errors(const std::string& output) {
  static const std::string mark = "LOG:  ";
  base::Errors errors;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const auto start = line.find(mark);
    if (start == std::string::npos) continue;
    const std::string words = line.substr(start + mark.size());
    errors.push_back(base::usage_error("the server refuses a setting: " + words.substr(0, words.find(" in file \"")),
                                       "correct the server's settings in the scenario"));
  }
  if (errors.empty()) errors.push_back(base::usage_error("the server refuses its settings: " + output));
  return errors;
}

}  // namespace pgrehearse::provision
