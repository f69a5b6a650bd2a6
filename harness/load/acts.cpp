#include "harness/load/acts.hpp"

namespace pgrehearse::load {

void Act::record(const char* step, int backend_pid, std::string detail, std::optional<base::Duration> took) const {
  scene_.recorder.append(record::AdversaryStep{scene_.clock.now(), scene_.pass, scene_.settings.name, step, backend_pid,
                                               std::move(detail), took});
}

std::string refusal(const base::Errors& errors) {
  const std::string& text = errors.front().message;
  const auto own = text.find("FATAL: ");
  return own == std::string::npos ? text : text.substr(text.find_first_not_of(' ', own + 7));
}

base::Status SessionAct::connect() {
  auto session = postgres::Session::open(role_ == As::application ? scene().target : scene().administrator);
  if (!session) return session.errors();
  session_ = std::move(*session);
  pid_ = session_->backend_pid();
  return base::success();
}

// In order: what is rolled back before the session ends is so on return.
void SessionAct::release() {
  session_->attempt("ROLLBACK");
  session_.reset();
}

base::Status SessionAct::must(const std::string& sql) {
  if (const auto failure = session_->attempt(sql)) return base::environment_error(failure->summary());
  return base::success();
}

std::unique_ptr<Act> make_act(const Scene& scene) {
  using Kind = scenario::Adversary::Kind;
  switch (scene.settings.kind) {
    case Kind::long_reader:
    case Kind::idle_in_transaction:
      return make_reader(scene);
    case Kind::pg_dump:
      return make_dump(scene);
    case Kind::autovacuum:
    case Kind::autovacuum_wraparound:
      return make_vacuum(scene);
    case Kind::batch_update:
      return make_batch_update(scene);
    case Kind::second_ddl:
      return make_second_ddl(scene);
    case Kind::prepared_transaction:
      return make_prepared_transaction(scene);
    case Kind::connection_burst:
      return make_connection_burst(scene);
    case Kind::admin:
      break;
  }
  return make_admin(scene);
}

}  // namespace pgrehearse::load
