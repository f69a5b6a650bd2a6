#include "harness/load/session_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace pgrehearse::load {
namespace {

// What is not the script's own is as at the session's start.
std::string set_or_reset(const char* name, const std::optional<base::Duration>& limit) {
  return limit ? fmt::format("SET {} = '{}'; ", name, timeout_setting(*limit)) : fmt::format("RESET {}; ", name);
}

std::string text_of(const scenario::SessionTimeouts& timeouts) {
  return set_or_reset("statement_timeout", timeouts.statement) + set_or_reset("lock_timeout", timeouts.lock) +
         set_or_reset("idle_in_transaction_session_timeout", timeouts.idle_in_transaction);
}

}  // namespace

SessionSettings::SessionSettings(const std::vector<Script>& scripts) : texts_{text_of({})} {
  for (const Script& script : scripts) {
    const std::string text = text_of(script.timeouts);
    const auto known = std::find(texts_.begin(), texts_.end(), text);
    by_script_.push_back(static_cast<std::size_t>(known - texts_.begin()));
    if (known == texts_.end()) texts_.push_back(text);
  }
}

std::string timeout_setting(base::Duration limit) {
  if (limit == base::Duration::zero()) return "0";
  return fmt::format("{}ms", std::max<long>(1, std::lround(base::to_ms(limit))));
}

}  // namespace pgrehearse::load
