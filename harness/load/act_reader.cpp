#include <fmt/format.h>

#include "harness/load/acts.hpp"

namespace pgrehearse::load {
namespace {

// It keeps the lock of its first read to the end of its transaction.
class Reader final : public SessionAct {
 public:
  explicit Reader(const Scene& scene) : SessionAct(scene, As::application) {}

  base::Status take(const base::Cancellation&) override {
    if (auto read = must(fmt::format("BEGIN; SELECT 1 FROM {} LIMIT 1", table_name())); !read) return read;
    record("holds", backend_pid());
    return base::success();
  }

  void keep(const base::Cancellation& ended) override {
    const base::Duration hold = scene().settings.hold;
    if (scene().settings.kind == scenario::Adversary::Kind::idle_in_transaction) {
      ended.wait_for(hold);
    } else if (!ended.cancelled()) {
      session().attempt(fmt::format("SELECT pg_sleep({})", base::to_seconds(hold)));
    }
  }
};

}  // namespace

std::unique_ptr<Act> make_reader(const Scene& scene) { return std::make_unique<Reader>(scene); }

}  // namespace pgrehearse::load
