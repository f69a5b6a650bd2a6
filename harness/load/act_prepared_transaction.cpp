#include <fmt/format.h>

#include "harness/load/acts.hpp"

namespace pgrehearse::load {
namespace {

// A transaction manager prepared it and went away. Its lock is that of a write, and belongs to no session: the server
// names process 0 as its holder.
class PreparedTransaction final : public SessionAct {
 public:
  explicit PreparedTransaction(const Scene& scene)
      : SessionAct(scene, As::application),
        name_(postgres::quote_literal(
            fmt::format("pgrehearse:{}:{}", scene.target.database, scene.settings.name).substr(0, 199))) {}

  base::Status take(const base::Cancellation&) override {
    if (session().query("SHOW max_prepared_transactions").text(0, 0) == "0") {
      return base::environment_error("max_prepared_transactions is 0 on this server");
    }
    auto prepared =
        must(fmt::format("BEGIN; LOCK TABLE {} IN ROW EXCLUSIVE MODE; PREPARE TRANSACTION {}", table_name(), name_));
    if (!prepared) return prepared;
    record("holds", 0, fmt::format("ROW EXCLUSIVE, by the prepared transaction {}", name_));
    return base::success();
  }

  void keep(const base::Cancellation& ended) override { ended.wait_for(scene().settings.hold); }

  // Whether the PREPARE came before a cancel request only the server knows. The session of its own is not open to such
  // a request any more.
  void release() override {
    SessionAct::release();
    const auto own = postgres::Session::open(scene().target);
    if (!own) return;  // the server is gone, or takes no connections: dropping the database ends the transaction
    if (exists(**own)) (*own)->attempt("ROLLBACK PREPARED " + name_);
  }

 private:
  bool exists(postgres::Session& session) const {
    return session.query("SELECT 1 FROM pg_catalog.pg_prepared_xacts WHERE gid = " + name_).size() > 0;
  }

  std::string name_;  // quoted
};

}  // namespace

std::unique_ptr<Act> make_prepared_transaction(const Scene& scene) {
  return std::make_unique<PreparedTransaction>(scene);
}

}  // namespace pgrehearse::load
