#include "harness/analyse/lock_modes.hpp"

namespace pgrehearse::analyse {
namespace {

struct Name {
  std::string_view server, manual;
};
constexpr std::array<Name, lock_mode_count> names = {{
    {"AccessShareLock", "ACCESS SHARE"},
    {"RowShareLock", "ROW SHARE"},
    {"RowExclusiveLock", "ROW EXCLUSIVE"},
    {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"},
    {"ShareLock", "SHARE"},
    {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"},
    {"ExclusiveLock", "EXCLUSIVE"},
    {"AccessExclusiveLock", "ACCESS EXCLUSIVE"},
}};

}  // namespace

std::optional<LockMode> parse_lock_mode(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].server == name) return static_cast<LockMode>(i);
  }
  return {};
}

std::string_view lock_words(LockMode mode) { return names[static_cast<std::size_t>(mode)].manual; }

std::string lock_words(const std::string& name) {
  const auto mode = parse_lock_mode(name);
  return mode ? std::string(lock_words(*mode)) : name;
}

std::string_view blocked_access(LockMode mode) {
  if (blocks_reads(mode)) return "reads and writes";
  if (blocks_writes(mode)) return "writes";
  return "";
}

}  // namespace pgrehearse::analyse
