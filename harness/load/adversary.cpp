#include "harness/load/adversary.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "harness/base/cancellation.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

constexpr auto lock_deadline = 10s;

}  // namespace

// One transaction in a thread of its own.
struct Adversary::Stand {
  const Adversary& of;
  std::unique_ptr<postgres::Session> session;
  base::Cancellation ended_early;

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  bool holds = false, over = false;
  std::optional<postgres::Failure> failure;  // why it never held its lock

  std::thread thread;

  void record(const char* step) const {
    of.recorder_.append(
        record::AdversaryStep{of.clock_.now(), of.pass_, of.settings_.name, step, session->backend_pid()});
  }
  void set(bool Stand::*flag) {
    const std::lock_guard lock(mutex);
    this->*flag = true;
    changed.notify_all();
  }

  void run();
  void keep_lock();
};

// A cancelled sleep and a connection that the server closed are ways to end, not errors.
void Adversary::Stand::run() {
  record("began");
  const std::string table = postgres::quote_qualified(of.schema_, of.table_);
  if (auto refused = session->attempt(fmt::format("BEGIN; SELECT 1 FROM {} LIMIT 1", table))) {
    const std::lock_guard lock(mutex);
    failure = std::move(refused);
  } else {
    record("holds");
    set(&Stand::holds);
    keep_lock();
  }
  session->attempt("ROLLBACK");
  record("ended");
  set(&Stand::over);
}

void Adversary::Stand::keep_lock() {
  if (of.settings_.kind == scenario::Adversary::Kind::idle_in_transaction) {
    ended_early.wait_for(of.settings_.hold);
  } else if (!ended_early.cancelled()) {
    session->attempt(fmt::format("SELECT pg_sleep({})", base::to_seconds(of.settings_.hold)));
  }
}

Adversary::Adversary(const base::Clock& clock, record::Recorder& recorder, postgres::Target target, std::string pass,
                     scenario::Adversary settings, std::string schema, std::string table)
    : clock_(clock),
      recorder_(recorder),
      target_(std::move(target)),
      pass_(std::move(pass)),
      settings_(std::move(settings)),
      schema_(std::move(schema)),
      table_(std::move(table)) {
  target_.application = "pgrehearse:adversary:" + settings_.name;
}

Adversary::~Adversary() { end(); }

base::Status Adversary::begin() {
  end();
  auto session = postgres::Session::open(target_);
  if (!session) return session.errors();
  stand_.reset(new Stand{*this, std::move(*session), {}, {}, {}, false, false, {}, {}});
  Stand& stand = *stand_;
  stand.thread = std::thread([&stand] { stand.run(); });

  std::unique_lock lock(stand.mutex);
  stand.changed.wait_for(lock, lock_deadline, [&] { return stand.holds || stand.over; });
  if (stand.holds) return base::success();
  const std::string why = stand.failure ? stand.failure->summary() : "it waits for a lock itself";
  lock.unlock();
  end();
  return base::environment_error(
      fmt::format("the adversary {} cannot read {}.{}: {}", settings_.name, schema_, table_, why),
      "name a table that exists before and after the migration");
}

// The cancel request may arrive between two statements and be lost, so it is repeated until the stand is over.
void Adversary::end() {
  if (!stand_) return;
  stand_->ended_early.cancel();
  {
    std::unique_lock lock(stand_->mutex);
    while (!stand_->over) {
      stand_->session->cancel();
      stand_->changed.wait_for(lock, 20ms, [&] { return stand_->over; });
    }
  }
  stand_->thread.join();
  stand_.reset();
}

}  // namespace pgrehearse::load
