#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/load/acts.hpp"

namespace pgrehearse::load {
namespace {

// Every instance of an application starts its pool at the same time. At max_connections the rest is refused.
class ConnectionBurst final : public Act {
 public:
  using Act::Act;

  base::Status connect() override { return base::success(); }

  base::Status take(const base::Cancellation& ended) override {
    const base::Duration start = scene().clock.now();
    std::vector<std::thread> openers;
    for (int i = 0; i < at_a_time; ++i) openers.emplace_back([&] { open_some(ended); });
    for (std::thread& opener : openers) opener.join();
    record("holds", -1, outcome(), scene().clock.now() - start);
    return base::success();
  }

  void keep(const base::Cancellation& ended) override { ended.wait_for(scene().settings.hold); }
  void release() override { sessions_.clear(); }

  std::string outcome() const override {
    if (refused_ == 0) return fmt::format("{} connections", opened_);
    return fmt::format("{} connections, and {} refused: {}", opened_, refused_, reason_);
  }

 private:
  static constexpr int at_a_time = 16;

  void open_some(const base::Cancellation& ended) {
    postgres::Target target = scene().target;
    target.parameters["connect_timeout"] = "10";
    while (!ended.cancelled() && ++begun_ <= scene().settings.connections) {
      auto session = postgres::Session::open(target);
      const std::lock_guard lock(mutex_);
      if (session) {
        ++opened_;
        sessions_.push_back(std::move(*session));
      } else {
        ++refused_;
        reason_ = refusal(session.errors());
      }
    }
  }

  std::atomic<int> begun_{0};
  std::mutex mutex_;  // guards what follows, while connections are opened
  std::vector<std::unique_ptr<postgres::Session>> sessions_;
  int opened_ = 0, refused_ = 0;
  std::string reason_;
};

}  // namespace

std::unique_ptr<Act> make_connection_burst(const Scene& scene) { return std::make_unique<ConnectionBurst>(scene); }

}  // namespace pgrehearse::load
