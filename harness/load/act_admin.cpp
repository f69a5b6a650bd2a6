#include <fmt/format.h>

#include <thread>
#include <vector>

#include "harness/load/acts.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 200ms;

// Somebody who wants to look after the server while the migration runs. Locks on system catalogs, a server without free
// connections and one without free processors keep them out. The connections that superuser_reserved_connections keep
// are for the administrator only, so both roles try.
class Admin final : public Act {
 public:
  using Act::Act;

  base::Status connect() override { return base::success(); }
  base::Status take(const base::Cancellation&) override { return base::success(); }

  // Both at their own pace: one that has to wait does not keep the other from trying.
  void keep(const base::Cancellation& ended) override {
    std::thread ordinary;
    if (scene().target.user != scene().administrator.user) {
      ordinary = std::thread([&] { knock(scene().target, "ordinary role", ended); });
    }
    knock(scene().administrator, "administrator", ended);
    if (ordinary.joinable()) ordinary.join();
  }
  void release() override {}

 private:
  void knock(postgres::Target target, const char* role, const base::Cancellation& ended) const {
    target.parameters["connect_timeout"] = "5";
    target.settings["statement_timeout"] = "5s";
    do {
      try_once(target, role);
    } while (!ended.wait_for(interval));
  }

  void try_once(const postgres::Target& target, const std::string& role) const {
    const base::Duration start = scene().clock.now();
    const auto session = postgres::Session::open(target);
    if (!session) {
      return record("refused", -1, role + ": " + refusal(session.errors()), scene().clock.now() - start);
    }
    const int pid = (*session)->backend_pid();
    const auto failure = (*session)->attempt("SELECT state, count(*) FROM pg_catalog.pg_stat_activity GROUP BY 1");
    const base::Duration took = scene().clock.now() - start;
    if (failure) return record("refused", pid, role + ": " + failure->summary(), took);
    record("connected", pid, role, took);
  }
};

}  // namespace

std::unique_ptr<Act> make_admin(const Scene& scene) { return std::make_unique<Admin>(scene); }

}  // namespace pgrehearse::load
