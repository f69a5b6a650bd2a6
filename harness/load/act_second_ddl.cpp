#include <fmt/format.h>

#include "harness/load/acts.hpp"

namespace pgrehearse::load {
namespace {

// Another team's migration, with a time-out as it should be. What it changed is rolled back: the schema stays that of
// the migration under test.
class SecondDdl final : public SessionAct {
 public:
  explicit SecondDdl(const Scene& scene)
      : SessionAct(scene, As::administrator),
        sql_(scene.settings.sql.empty()
                 ? fmt::format("ALTER TABLE {} ADD COLUMN pgrehearse_second_ddl integer", table_name())
                 : scene.settings.sql) {}

  // Its place is the lock's queue: it has one as soon as it asks.
  base::Status take(const base::Cancellation&) override {
    const auto timeout = scene().settings.lock_timeout.value_or(base::Duration::zero());
    const auto ms = static_cast<long>(base::to_ms(timeout));
    if (auto begun = must(fmt::format("BEGIN; SET LOCAL lock_timeout = '{}ms'", ms)); !begun) return begun;
    record("asks", backend_pid(), sql_);
    return base::success();
  }

  void keep(const base::Cancellation& ended) override {
    if (const auto failure = session().attempt(sql_)) {
      if (!ended.cancelled()) record("gave up", backend_pid(), failure->summary());
      return;
    }
    record("holds", backend_pid(), sql_);
    ended.wait_for(scene().settings.hold);
  }

 private:
  std::string sql_;
};

}  // namespace

std::unique_ptr<Act> make_second_ddl(const Scene& scene) { return std::make_unique<SecondDdl>(scene); }

}  // namespace pgrehearse::load
