#include <fmt/format.h>

#include <functional>
#include <mutex>
#include <thread>

#include "harness/load/acts.hpp"
#include "harness/load/provoked_vacuum.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

// Whoever vacuums the table now; `query` tells an ordinary worker from one that prevents wraparound.
constexpr const char* running_query = R"(
    SELECT p.pid, a.query FROM pg_catalog.pg_stat_progress_vacuum p JOIN pg_catalog.pg_stat_activity a USING (pid)
    WHERE p.datname = current_database() AND p.relid = $1::oid AND a.query LIKE $2)";

// SHARE UPDATE EXCLUSIVE for as long as VACUUM takes. An ordinary worker of autovacuum gives way to a DDL that waits
// for it; one that prevents wraparound does not, nor does VACUUM by a session.
class Vacuum final : public Act {
 public:
  explicit Vacuum(const Scene& scene)
      : Act(scene), wraparound_(scene.settings.kind == scenario::Adversary::Kind::autovacuum_wraparound) {}
  ~Vacuum() override { end_own_vacuum(); }

  base::Status connect() override {
    // What this session does is not interrupted; so nothing here waits for long.
    postgres::Target target = scene().administrator;
    target.settings["lock_timeout"] = "5s";
    auto session = postgres::Session::open(target);
    if (!session) return session.errors();
    session_ = std::move(*session);
    return base::success();
  }

  base::Status take(const base::Cancellation& ended) override {
    const auto table =
        session_->query("SELECT oid FROM pg_catalog.pg_class WHERE oid = to_regclass($1)", {table_name()});
    if (table.size() == 0) return base::environment_error("there is no such table");
    provoked_.emplace(*session_, table.string(0, 0), scene().settings.hold, wraparound_);
    auto left = arrange([&](postgres::Session& session) { provoked_->leave_work(session); });
    if (!left) return left;
    if (scene().server_is_ours) {
      auto called = arrange([&](postgres::Session& session) { provoked_->call_worker(session); });
      if (!called) return called;
    } else if (auto begun = vacuum_by_session(); !begun) {
      return begun;
    }
    if (!await_start(ended)) return base::environment_error("no worker of autovacuum came");
    provoked_->call_no_more();
    record("holds", pid_, what());
    return base::success();
  }

  void keep(const base::Cancellation& ended) override {
    const base::Duration end = scene().clock.now() + scene().settings.hold;
    while (!ended.wait_for(20ms)) {
      if (scene().clock.now() >= end) return;
      if (running()) continue;
      return tell_early_end(ended);
    }
  }

  void interrupt() override {
    const std::lock_guard lock(mutex_);
    if (arranging_) arranging_->cancel();
  }

  void release() override {
    arranging_.reset();
    end_own_vacuum();
    while (pid_ > 0 && running()) session_->query(fmt::format("SELECT pg_cancel_backend({}), pg_sleep(0.01)", pid_));
  }

  void restore() override {
    if (provoked_) provoked_->restore();
  }

  int backend_pid() const override { return pid_; }

 private:
  // In a session that interrupt() cancels, and that then ends.
  base::Status arrange(const std::function<void(postgres::Session&)>& work) {
    auto opened = postgres::Session::open(scene().administrator);
    if (!opened) return opened.errors();
    set_arranging(std::move(*opened));
    work(*arranging_);
    set_arranging(nullptr);
    return base::success();
  }
  void set_arranging(std::unique_ptr<postgres::Session> session) {
    const std::lock_guard lock(mutex_);
    arranging_ = std::move(session);
  }

  // Slow in the same way as a worker.
  base::Status vacuum_by_session() {
    auto opened = postgres::Session::open(scene().administrator);
    if (!opened) return opened.errors();
    own_ = std::move(*opened);
    own_->query("SET vacuum_cost_delay = '100ms'; SET vacuum_cost_limit = 1");
    const std::string sql = fmt::format("VACUUM {}{}", wraparound_ ? "(FREEZE) " : "", table_name());
    by_session_ = std::thread([this, sql] {
      own_->attempt(sql);
      own_ended_.cancel();
    });
    return base::success();
  }
  // A cancel request that comes before the statement is lost, so it is repeated.
  void end_own_vacuum() {
    while (own_ && !own_ended_.wait_for(10ms)) own_->cancel();
    if (by_session_.joinable()) by_session_.join();
    own_.reset();
  }

  // Who works on it now is remembered as the one that holds the lock.
  bool running() {
    const char* pattern = !scene().server_is_ours ? "VACUUM%"
                          : wraparound_           ? "autovacuum: VACUUM%(to prevent wraparound)"
                                                  : "autovacuum: VACUUM%";
    const auto found = session_->query(running_query, {provoked_->table_oid(), pattern});
    if (found.size() == 0) return false;
    pid_ = static_cast<int>(found.integer(0, 0));
    query_ = found.string(0, 1);
    return true;
  }

  // Before 15 the server counts what was completed with a delay of up to half a second.
  void tell_early_end(const base::Cancellation& ended) const {
    if (session_->server_version() < 150000 && ended.wait_for(1s)) return;
    if (provoked_->was_completed()) return;
    record("cancelled", pid_, "before it was done, as a DDL that waits for its lock does");
  }

  bool await_start(const base::Cancellation& ended) {
    while (!running()) {
      if (ended.wait_for(10ms)) return false;
    }
    return true;
  }

  std::string what() const {
    return scene().server_is_ours ? query_ : query_ + ", by a session: autovacuum is not provoked on this server";
  }

  bool wraparound_;
  std::unique_ptr<postgres::Session> session_;  // to look, and to put back
  std::mutex mutex_;                            // guards which it is
  std::unique_ptr<postgres::Session> arranging_;
  std::unique_ptr<postgres::Session> own_;  // which vacuums, where the server is not ours
  std::thread by_session_;
  base::Cancellation own_ended_;
  std::optional<ProvokedVacuum> provoked_;
  int pid_ = -1;
  std::string query_;
};

}  // namespace

std::unique_ptr<Act> make_vacuum(const Scene& scene) { return std::make_unique<Vacuum>(scene); }

}  // namespace pgrehearse::load
