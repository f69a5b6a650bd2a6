#include "harness/analyse/waits.hpp"

#include <algorithm>
#include <string_view>

namespace pgrehearse::analyse {
namespace {

constexpr std::string_view traffic_prefix = "pgrehearse:traffic";

bool from_log(const record::LockWait& wait) { return wait.source == "server_log"; }

bool in_log(const record::LockWait& sampled, const std::vector<record::LockWait>& waits) {
  return std::any_of(waits.begin(), waits.end(), [&](const record::LockWait& wait) {
    return from_log(wait) && wait.pid == sampled.pid && meet(time_of(wait), time_of(sampled));
  });
}

}  // namespace

std::vector<record::LockWait> merge_observers(const std::vector<record::LockWait>& waits) {
  std::vector<record::LockWait> merged;
  for (const record::LockWait& wait : waits) {
    if (from_log(wait) || !in_log(wait, waits)) merged.push_back(wait);
  }
  std::stable_sort(merged.begin(), merged.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  return merged;
}

std::string sources(const std::vector<record::LockWait>& waits, bool log_was_read) {
  if (!log_was_read) return "sampler";
  return std::all_of(waits.begin(), waits.end(), from_log) ? "server_log" : "server_log and sampler";
}

bool is_traffic(const record::LockWait& wait) { return wait.application.rfind(traffic_prefix, 0) == 0; }

std::string script_of(const record::LockWait& wait) {
  const std::size_t colon = traffic_prefix.size();
  if (!is_traffic(wait) || wait.application.size() <= colon + 1) return {};
  return wait.application.substr(colon + 1);
}

}  // namespace pgrehearse::analyse
