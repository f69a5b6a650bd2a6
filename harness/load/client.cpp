#include "harness/load/client.hpp"

#include <fmt/format.h>

#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::load {
namespace {

constexpr const char* lost_message = "the connection to the server was lost";

}  // namespace

Client::Client(const std::vector<Script>& scripts, ScriptWorld& world) : scripts_(scripts), world_(world) {}

void Client::connect(const postgres::Target& target) {
  PGR_CHECK(state_ == State::offline);
  prepared_.clear();
  for (const Script& script : scripts_) prepared_.emplace_back(script.steps.size());
  connection_.emplace(target);
  state_ = State::connecting;
  if (connection_->wants() == postgres::AsyncConnection::Wants::nothing) go_offline({}, connection_->connect_error());
}

std::optional<Ending> Client::begin(const Operation& operation) {
  PGR_CHECK(state_ == State::free);
  operation_ = operation;
  state_ = State::busy;
  doing_ = Doing::executing;
  run_.start(scripts_[operation.script()], operation.seed);
  return next_statement();
}

std::optional<Ending> Client::advance() {
  if (state_ == State::connecting) {
    const auto now = connection_->poll_connect();
    if (now == postgres::AsyncConnection::Connecting::connected) state_ = State::free;
    if (now == postgres::AsyncConnection::Connecting::failed) {
      return go_offline(std::string(postgres::sqlstate::connection_failure), connection_->connect_error());
    }
    return {};
  }
  const auto done = connection_->advance();
  return done ? on_done(*done) : std::nullopt;
}

void Client::abandon() {
  if (state_ == State::busy) connection_->cancel();
  connection_.reset();
  operation_.reset();
  state_ = State::offline;
}

std::optional<Ending> Client::on_done(const postgres::AsyncConnection::Done& done) {
  if (done.connection_lost) return go_offline(done.sqlstate, done.message);
  if (doing_ == Doing::rolling_back) {
    state_ = State::free;
    return {};
  }
  if (!done.sqlstate.empty()) {
    // The table changed under a prepared statement: the user sees the error once, the driver then prepares anew.
    if (done.sqlstate == postgres::sqlstate::cached_plan_changed) prepared_name().clear();
    return end(done.sqlstate, done.message);
  }
  return doing_ == Doing::preparing ? execute() : next_statement();
}

std::optional<Ending> Client::next_statement() {
  try {
    const auto step = run_.next(world_);
    if (step) {
      step_ = *step;
      return prepare_or_execute();
    }
  } catch (const ScriptFailure& failure) {
    return end(failure.sqlstate, failure.message);
  }
  if (connection_->in_transaction()) {
    return end(std::string(postgres::sqlstate::active_transaction), "the script left its transaction open");
  }
  return end({}, {});
}

std::string& Client::prepared_name() { return prepared_[operation_->script()][step_]; }

std::optional<Ending> Client::prepare_or_execute() {
  std::string& name = prepared_name();
  if (!name.empty()) return execute();
  name = fmt::format("traffic_{}", ++names_given_);  // never one that the server may still know
  doing_ = Doing::preparing;
  const auto& statement = std::get<SqlStep>(scripts_[operation_->script()].steps[step_]);
  if (connection_->send_prepare(name, statement.sql)) return {};
  return go_offline(std::string(postgres::sqlstate::connection_failure), lost_message);
}

std::optional<Ending> Client::execute() {
  doing_ = Doing::executing;
  if (connection_->send_prepared(prepared_name(), run_.parameters(step_))) return {};
  return go_offline(std::string(postgres::sqlstate::connection_failure), lost_message);
}

std::optional<Ending> Client::end(std::string sqlstate, std::string message) {
  if (doing_ == Doing::preparing && !sqlstate.empty()) prepared_name().clear();
  auto ending = take_ending(std::move(sqlstate), std::move(message));
  state_ = State::free;
  if (!connection_->in_transaction()) return ending;
  state_ = State::busy;
  doing_ = Doing::rolling_back;
  if (!connection_->send_query("ROLLBACK")) go_offline({}, {});
  return ending;
}

std::optional<Ending> Client::go_offline(std::string sqlstate, std::string message) {
  connection_.reset();
  state_ = State::offline;
  offline_reason_ = message;
  return take_ending(std::move(sqlstate), std::move(message));
}

std::optional<Ending> Client::take_ending(std::string sqlstate, std::string message) {
  if (!operation_) return {};
  Ending ending{*operation_, std::move(sqlstate), std::move(message)};
  operation_.reset();
  return ending;
}

}  // namespace pgrehearse::load
