#include "harness/load/client.hpp"

#include <fmt/format.h>

#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::load {
namespace {

using postgres::AsyncConnection;

constexpr const char* lost_message = "the connection to the server was lost";
constexpr const char* wrong_state = "55000";

constexpr std::string_view lost_state = postgres::sqlstate::connection_failure;

}  // namespace

Client::Client(ScriptWorld& world, const SessionSettings& settings, std::size_t number, const base::Clock& clock)
    : world_(world), settings_(settings), clock_(clock), run_(world, number) {}

void Client::connect(const postgres::Target& target) {
  PGR_CHECK(state_ == State::offline);
  prepared_.clear();
  for (const Script& script : world_.scripts) prepared_.emplace_back(script.steps.size());
  session_settings_ = 0;
  connection_.emplace(target);
  state_ = State::connecting;
  if (connection_->wants() == AsyncConnection::Wants::nothing) refused();
}

const Ending* Client::refused() {
  const auto [sqlstate, message] = connection_->connect_error();
  return go_offline(sqlstate, message);
}

const Ending* Client::begin(const Operation& operation) {
  PGR_CHECK(state_ == State::free);
  operation_ = operation;
  retries_ = 0;
  run_.start(operation.script(), operation.seed);
  const std::size_t settings = settings_.of(operation.script());
  return settings == session_settings_ ? proceed() : set_session(settings);
}

const Ending* Client::set_session(std::size_t settings) {
  state_ = State::busy;
  session_settings_ = settings;
  return sent(connection_->send_query(settings_.sql(settings)), Doing::setting);
}

const Ending* Client::advance() {
  if (state_ == State::connecting) {
    const auto now = connection_->poll_connect();
    if (now == AsyncConnection::Connecting::connected) state_ = State::free;
    if (now == AsyncConnection::Connecting::failed) return refused();
    return nullptr;
  }
  const AsyncConnection::Done* done = connection_->advance();
  return done ? on_done(*done) : nullptr;
}

const Ending* Client::wake() {
  PGR_CHECK(state_ == State::sleeping);
  return proceed();
}

void Client::abandon() {
  if (state_ == State::busy) connection_->cancel();
  connection_.reset();
  operation_.reset();
  state_ = State::offline;
}

const Ending* Client::on_done(const AsyncConnection::Done& done) {
  if (done.connection_lost) return go_offline(done.sqlstate, done.message);
  if (doing_ == Doing::rolling_back || doing_ == Doing::leaving_pipeline) return clean_up();
  if (!done.sqlstate.empty()) return on_error(done);
  if (doing_ == Doing::preparing) return execute();
  if (doing_ == Doing::preparing_ahead) {
    const auto stop = begin_pipeline();
    return stop ? stop->ending : proceed();
  }
  return doing_ == Doing::executing ? after_statement() : proceed();
}

// ---- the script's next steps ---------------------------------------------------------------------------------------

const Ending* Client::proceed() {
  using What = ScriptRun::Next::What;
  state_ = State::busy;
  try {
    while (true) {
      const ScriptRun::Next next = run_.next();
      if (next.what == What::end) return end_of_script();
      if (next.what == What::sleep) return pause(next.sleep);
      if (next.what == What::statement && !connection_->in_pipeline()) return statement(next.step);
      const auto stop = next.what == What::statement ? queue_statement(next.step) : pipeline(next.step);
      if (stop) return stop->ending;
    }
  } catch (const ScriptFailure& failure) {
    return end(failure.sqlstate, failure.message);
  }
}

const Ending* Client::end_of_script() {
  if (connection_->in_pipeline()) return end(wrong_state, "end of script reached with pipeline open");
  if (connection_->in_transaction()) {
    return end(postgres::sqlstate::active_transaction, "the script left its transaction open");
  }
  state_ = State::free;
  return take_ending({}, {});
}

const Ending* Client::pause(Duration length) {
  state_ = State::sleeping;
  wake_at_ = clock_.now() + length;
  return nullptr;
}

const Ending* Client::after_statement() {
  if (sql(step_).capture == SqlStep::Capture::none) return proceed();
  connection_->keep_results(false);
  try {
    run_.capture(step_, connection_->results());
  } catch (const ScriptFailure& failure) {
    return end(failure.sqlstate, failure.message);
  }
  return proceed();
}

const Ending* Client::sent(bool ok, Doing doing) {
  doing_ = doing;
  if (ok) return nullptr;
  return go_offline(lost_state, lost_message);
}

// ---- statements ----------------------------------------------------------------------------------------------------

std::vector<std::string>& Client::prepared_names() { return prepared_[static_cast<std::size_t>(run_.script().number)]; }

const Ending* Client::statement(std::size_t step) {
  step_ = step;
  repeated_ = false;
  const bool prepares = world_.rules.protocol == Protocol::prepared && prepared_name(step).empty();
  return prepares ? prepare() : execute();
}

const Ending* Client::prepare() {
  std::string& name = prepared_name(step_);
  name = fmt::format("traffic_{}", ++names_given_);  // never one that the server may still know
  return sent(connection_->send_prepare(name, sql(step_).sql), Doing::preparing);
}

const Ending* Client::execute() {
  const SqlStep& statement = sql(step_);
  if (statement.capture != SqlStep::Capture::none) connection_->keep_results(true);
  switch (world_.rules.protocol) {
    case Protocol::simple:
      return sent(connection_->send_query(run_.pasted(step_)), Doing::executing);
    case Protocol::extended:
      return sent(connection_->send_parameters(statement.sql, run_.parameters(step_)), Doing::executing);
    case Protocol::prepared:
      break;
  }
  return sent(connection_->send_prepared(prepared_name(step_), run_.parameters(step_)), Doing::executing);
}

// ---- pipelines -----------------------------------------------------------------------------------------------------

std::optional<Client::Stop> Client::queue_statement(std::size_t step) {
  step_ = step;
  const SqlStep& statement = sql(step);
  if (statement.capture != SqlStep::Capture::none) {
    const char* command = statement.capture == SqlStep::Capture::gset ? "gset" : "aset";
    throw ScriptFailure{wrong_state, fmt::format("\\{} is not allowed in pipeline mode", command)};
  }
  const auto& parameters = run_.parameters(step);
  // Without a name where a condition skips the \endpipeline that preparing ahead looked for.
  const std::string& name = prepared_name(step);
  const bool ok = name.empty() ? connection_->send_parameters(statement.sql, parameters)
                               : connection_->send_prepared(name, parameters);
  if (ok) return {};
  return Stop{go_offline(lost_state, lost_message)};
}

std::optional<Client::Stop> Client::pipeline(std::size_t step) {
  const PipelineAct act = std::get<PipelineStep>(run_.script().steps[step]).act;
  if (act == PipelineAct::start) {
    if (world_.rules.protocol == Protocol::simple) {
      throw ScriptFailure{wrong_state, "cannot use pipeline mode with the simple query protocol"};
    }
    if (connection_->in_pipeline()) throw ScriptFailure{wrong_state, "already in pipeline mode"};
    step_ = step;
    return begin_pipeline();
  }
  if (!connection_->in_pipeline()) throw ScriptFailure{wrong_state, "not in pipeline mode"};
  if (act == PipelineAct::end) return Stop{sent(connection_->end_pipeline(), Doing::ending_pipeline)};
  if (connection_->sync_pipeline()) return {};
  return Stop{go_offline(lost_state, lost_message)};
}

// All statements of a pipeline are prepared before it begins: a PREPARE within it would take the snapshot that a BEGIN
// ISOLATION LEVEL behind it must not find taken.
std::optional<Client::Stop> Client::begin_pipeline() {
  if (const SqlStep* statement = next_unprepared()) {
    std::string& name = prepared_name(step_);
    name = fmt::format("traffic_{}", ++names_given_);
    return Stop{sent(connection_->send_prepare(name, statement->sql), Doing::preparing_ahead)};
  }
  if (connection_->begin_pipeline()) return {};
  return Stop{go_offline(lost_state, lost_message)};
}

// From step_ on, up to the first \endpipeline; moves step_ there.
const SqlStep* Client::next_unprepared() {
  if (world_.rules.protocol != Protocol::prepared) return nullptr;
  const auto& steps = run_.script().steps;
  for (; step_ < steps.size(); ++step_) {
    const auto* act = std::get_if<PipelineStep>(&steps[step_]);
    if (act && act->act == PipelineAct::end) return nullptr;
    const auto* statement = std::get_if<SqlStep>(&steps[step_]);
    if (statement && prepared_name(step_).empty()) return statement;
  }
  return nullptr;
}

// ---- endings -------------------------------------------------------------------------------------------------------

const Ending* Client::on_error(const AsyncConnection::Done& done) {
  connection_->keep_results(false);
  if (doing_ == Doing::setting) session_settings_.reset();
  if (doing_ == Doing::preparing || doing_ == Doing::preparing_ahead) prepared_name(step_).clear();
  if (repeats_stale_plan(done)) return prepare();
  return end(done.sqlstate, done.message);
}

// The table changed under a prepared statement. Which one of a pipeline it was is not known.
bool Client::repeats_stale_plan(const AsyncConnection::Done& done) {
  if (done.sqlstate != postgres::sqlstate::cached_plan_changed || world_.rules.stale_plan == StalePlan::keep)
    return false;
  if (doing_ == Doing::ending_pipeline) {
    for (std::string& name : prepared_names()) name.clear();
  }
  if (doing_ != Doing::executing || world_.rules.protocol != Protocol::prepared) return false;
  prepared_name(step_).clear();
  if (world_.rules.stale_plan != StalePlan::repeat || repeated_ || connection_->in_transaction()) return false;
  return repeated_ = true;
}

bool Client::may_retry(std::string_view sqlstate) const {
  if (sqlstate != postgres::sqlstate::serialization_failure && sqlstate != postgres::sqlstate::deadlock_detected) {
    return false;
  }
  return world_.rules.max_tries == 0 || retries_ + 1 < world_.rules.max_tries;
}

const Ending* Client::end(std::string_view sqlstate, std::string_view message) {
  retrying_ = may_retry(sqlstate);
  const Ending* ending = retrying_ ? nullptr : take_ending(sqlstate, message);
  const Ending* later = clean_up();
  return ending ? ending : later;
}

// Leaves pipeline and transaction; then the client is free, or tries again.
const Ending* Client::clean_up() {
  state_ = State::busy;
  if (connection_->in_pipeline()) return sent(connection_->end_pipeline(), Doing::leaving_pipeline);
  if (connection_->in_transaction()) return sent(connection_->send_query("ROLLBACK"), Doing::rolling_back);
  if (std::exchange(retrying_, false)) {
    ++retries_;
    run_.restart();
    return proceed();
  }
  state_ = State::free;
  return nullptr;
}

const Ending* Client::go_offline(std::string_view sqlstate, std::string_view message) {
  offline_reason_ = {std::string(sqlstate), std::string(message)};
  const Ending* ending = take_ending(sqlstate, message);
  connection_.reset();  // after the last look at its words
  state_ = State::offline;
  return ending;
}

const Ending* Client::take_ending(std::string_view sqlstate, std::string_view message) {
  if (!operation_) return nullptr;
  ending_.operation = *operation_;
  ending_.sqlstate = sqlstate;
  ending_.message = message;
  ending_.retries = retries_;
  operation_.reset();
  return &ending_;
}

}  // namespace pgrehearse::load
