#include "harness/provision/readiness.hpp"

#include "harness/base/wait_until.hpp"

namespace pgrehearse::provision {

Readiness wait_for_sessions(const postgres::Target& target, const std::function<bool()>& running,
                            base::Duration deadline, const base::Cancellation* cancellation, std::string& refusal) {
  const auto answers = [&] {
    const auto session = postgres::Session::open(target);
    refusal = session ? "" : session.errors().front().message;
    return session.ok();
  };
  const auto interrupted = [&] { return cancellation != nullptr && cancellation->cancelled(); };
  const bool decided = base::wait_until([&] { return answers() || !running() || interrupted(); }, deadline);
  if (refusal.empty()) return Readiness::ready;
  if (interrupted()) return Readiness::interrupted;
  return decided ? Readiness::ended : Readiness::late;
}

}  // namespace pgrehearse::provision
