#include "harness/app/exit_status.hpp"

#include <algorithm>
#include <cstdio>

namespace pgrehearse::app {

ExitStatus exit_status(scenario::Verdict verdict) {
  switch (verdict) {
    case scenario::Verdict::pass:
      return ExitStatus::pass;
    case scenario::Verdict::inconclusive:
      return ExitStatus::inconclusive;
    case scenario::Verdict::fail:
      break;
  }
  return ExitStatus::gate_failed;
}

ExitStatus exit_status(const base::Errors& errors) {
  const auto any = [&](base::ErrorKind kind) {
    return std::any_of(errors.begin(), errors.end(), [&](const base::Error& error) { return error.kind == kind; });
  };
  if (any(base::ErrorKind::interrupted)) return ExitStatus::interrupted;
  if (any(base::ErrorKind::environment)) return ExitStatus::environment;
  return ExitStatus::usage;
}

ExitStatus report_errors(const base::Errors& errors) {
  for (const base::Error& error : errors) std::fprintf(stderr, "pgrehearse: %s\n", to_string(error).c_str());
  return exit_status(errors);
}

}  // namespace pgrehearse::app
