// Checks for programmer errors: conditions that only a bug in this program can break. On in all builds, because a
// wrong number in a report is worse than no report. Never for bad input (that is a Result) and never for what the
// experiment did (that is data in the record).
#pragma once

namespace pgrehearse::base {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace pgrehearse::base

#define PGR_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::pgrehearse::base::check_failed(#condition, __FILE__, __LINE__))
