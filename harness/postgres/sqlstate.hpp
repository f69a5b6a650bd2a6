// The SQLSTATE classes that mean something to a rehearsal (PostgreSQL documentation, appendix A).
#pragma once

#include <string_view>

namespace pgrehearse::postgres {

namespace sqlstate {
inline constexpr std::string_view lock_not_available = "55P03";  // lock_timeout, NOWAIT
inline constexpr std::string_view query_canceled = "57014";      // statement_timeout, cancel
inline constexpr std::string_view deadlock_detected = "40P01";
inline constexpr std::string_view serialization_failure = "40001";
inline constexpr std::string_view cached_plan_changed = "0A000";  // "cached plan must not change result type"
inline constexpr std::string_view active_transaction = "25001";   // cannot run inside a transaction block
inline constexpr std::string_view connection_failure = "08006";
}  // namespace sqlstate

constexpr bool is_connection_lost(std::string_view state) {
  return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03";
}
// Worth trying again unchanged.
constexpr bool is_retryable(std::string_view state) {
  return state == sqlstate::deadlock_detected || state == sqlstate::serialization_failure ||
         state == sqlstate::lock_not_available;
}

}  // namespace pgrehearse::postgres
