#include "harness/load/adversary.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "harness/load/acts.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

// A worker of autovacuum comes within a second or two, and before it a hundred thousand transactions may be needed.
constexpr auto deadline = 30s;

Scene with_application_name(Scene scene) {
  scene.target.application = scene.administrator.application = "pgrehearse:adversary:" + scene.settings.name;
  return scene;
}

// A cancelled statement and a connection that the server closed are ways to end, not errors.
template <class Doing>
void as_far_as_possible(Doing doing) {
  try {
    doing();
  } catch (const postgres::Failure&) {
  }
}

}  // namespace

// One act in a thread of its own.
struct Adversary::Stand {
  const Scene& scene;
  std::unique_ptr<Act> act;
  base::Cancellation ended_early;

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  bool in_place = false, over = false;
  bool may_be_interrupted = true;
  std::optional<std::string> failure;  // why it never took its place

  std::thread thread;

  Stand(const Scene& of, std::unique_ptr<Act> made) : scene(of), act(std::move(made)) {}

  void record(const char* step, std::string detail = {}) const {
    scene.recorder.append(record::AdversaryStep{
        scene.clock.now(), scene.pass, scene.settings.name, step, act->backend_pid(), std::move(detail), {}});
  }
  template <class Change>
  void change(Change what) {
    const std::lock_guard lock(mutex);
    what();
    changed.notify_all();
  }

  void run();
  base::Status take();
  void end();
};

base::Status Adversary::Stand::take() {
  try {
    return act->take(ended_early);
  } catch (const postgres::Failure& failed) {
    return base::environment_error(failed.summary());
  }
}

void Adversary::Stand::run() {
  record("began");
  if (const auto taken = take(); !taken) {
    change([&] { failure = taken.errors().front().message; });
  } else {
    change([&] { in_place = true; });
    as_far_as_possible([&] { act->keep(ended_early); });
  }
  change([&] { may_be_interrupted = false; });
  as_far_as_possible([&] { act->release(); });
  record("ended", act->outcome());
  as_far_as_possible([&] { act->restore(); });
  change([&] { over = true; });
}

// A cancel request may arrive between two statements and be lost, so it is repeated.
void Adversary::Stand::end() {
  ended_early.cancel();
  {
    std::unique_lock lock(mutex);
    while (!over) {
      if (may_be_interrupted) act->interrupt();
      changed.wait_for(lock, 20ms, [&] { return over; });
    }
  }
  thread.join();
}

Adversary::Adversary(Scene scene) : scene_(with_application_name(std::move(scene))) {}

Adversary::~Adversary() { end(); }

base::Status Adversary::begin(const base::Cancellation* cancellation) {
  end();
  auto act = make_act(scene_);
  if (const auto connected = act->connect(); !connected) return connected.errors();
  stand_ = std::make_unique<Stand>(scene_, std::move(act));
  Stand& stand = *stand_;
  stand.thread = std::thread([&stand] { stand.run(); });

  const auto cancelled = [&] { return cancellation && cancellation->cancelled(); };
  const auto settled = [&] { return stand.in_place || stand.over; };
  const auto give_up = std::chrono::steady_clock::now() + deadline;
  std::unique_lock lock(stand.mutex);
  while (!settled() && !cancelled() && std::chrono::steady_clock::now() < give_up) {
    stand.changed.wait_for(lock, 20ms, settled);
  }
  if (stand.in_place) return base::success();
  const std::string why = stand.failure.value_or("it waits for something itself");
  lock.unlock();
  end();
  if (cancelled()) return base::interrupted_error();
  return base::environment_error(
      fmt::format("the adversary {} cannot begin on {}.{}: {}", scene_.settings.name, scene_.schema, scene_.table, why),
      "name a table that exists before and after the migration");
}

void Adversary::end() {
  if (stand_) stand_->end();
  stand_.reset();
}

}  // namespace pgrehearse::load
