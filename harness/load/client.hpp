// One client of the traffic: a connection, and the operation that runs on it. Private to this module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/load/dispatcher.hpp"
#include "harness/load/script_run.hpp"
#include "harness/load/session_settings.hpp"
#include "harness/postgres/async_connection.hpp"

namespace pgrehearse::load {

// How an operation ended.
struct Ending {
  Operation operation;
  std::string sqlstate;  // empty: success
  std::string message;
  std::uint64_t retries = 0;  // how often it was tried before
};

// An operation ends with its first error, unless the rules let it be tried again; a transaction that is then open is
// rolled back before the client is free, or tries again. Not thread-safe.
class Client {
 public:
  // Clients are numbered from 0. World, settings and clock must outlive the client.
  Client(ScriptWorld& world, const SessionSettings& settings, std::size_t number, const base::Clock& clock);

  enum class State { offline, connecting, free, busy, sleeping };
  State state() const { return state_; }
  // Null while offline.
  postgres::AsyncConnection* connection() { return connection_ ? &*connection_ : nullptr; }
  // The operation under way; none while a failed one is rolled back.
  const std::optional<Operation>& operation() const { return operation_; }
  // While sleeping: when to call wake().
  Duration wake_at() const { return wake_at_; }

  // Why it is offline, once it was online or tried to be: SQLSTATE and message.
  const postgres::AsyncConnection::Refusal& offline_reason() const { return offline_reason_; }

  // Begins to connect, from offline.
  void connect(const postgres::Target& target);
  // Endings are valid until the client's next step.
  // From free. The ending when it ended without a statement under way.
  const Ending* begin(const Operation& operation);
  // When the connection's socket is ready. The client may be free, busy, sleeping or offline afterwards.
  const Ending* advance();
  // Goes on after a sleep. The client may be in any of these states afterwards.
  const Ending* wake();
  // Cancels the statement under way and closes the connection; the operation under way gets no ending.
  void abandon();

 private:
  enum class Doing {
    setting,          // the session's settings for the script
    preparing,        // the statement of step_
    preparing_ahead,  // those of a pipeline
    executing,
    ending_pipeline,
    leaving_pipeline,  // after a failure within one
    rolling_back,
  };

  const Ending* on_done(const postgres::AsyncConnection::Done& done);
  const Ending* set_session(std::size_t settings);
  const Ending* proceed();
  const Ending* after_statement();
  const Ending* end_of_script();
  const Ending* pause(Duration length);
  const Ending* sent(bool ok, Doing doing);

  const Ending* statement(std::size_t step);
  const Ending* prepare();
  const Ending* execute();
  // Nothing: the script goes on at once; else what follows.
  struct Stop {
    const Ending* ending;
  };
  std::optional<Stop> queue_statement(std::size_t step);
  std::optional<Stop> pipeline(std::size_t step);
  std::optional<Stop> begin_pipeline();
  const SqlStep* next_unprepared();

  const Ending* on_error(const postgres::AsyncConnection::Done& done);
  bool repeats_stale_plan(const postgres::AsyncConnection::Done& done);
  bool may_retry(std::string_view sqlstate) const;
  const Ending* end(std::string_view sqlstate, std::string_view message);
  const Ending* clean_up();
  const Ending* refused();
  const Ending* go_offline(std::string_view sqlstate, std::string_view message);
  const Ending* take_ending(std::string_view sqlstate, std::string_view message);

  const SqlStep& sql(std::size_t step) const { return std::get<SqlStep>(run_.script().steps[step]); }
  std::vector<std::string>& prepared_names();
  std::string& prepared_name(std::size_t step) { return prepared_names()[step]; }

  ScriptWorld& world_;
  const SessionSettings& settings_;
  const base::Clock& clock_;
  std::optional<postgres::AsyncConnection> connection_;
  State state_ = State::offline;
  Doing doing_ = Doing::executing;
  postgres::AsyncConnection::Refusal offline_reason_;
  std::optional<Operation> operation_;
  Ending ending_;  // of the last one
  ScriptRun run_;
  std::optional<std::size_t> session_settings_;  // none: it is not known which it has
  std::size_t step_ = 0;                         // of the statement under way
  std::uint64_t retries_ = 0;
  bool retrying_ = false, repeated_ = false;
  Duration wake_at_{};
  std::vector<std::vector<std::string>> prepared_;  // names by script and step; empty: not prepared
  int names_given_ = 0;
};

}  // namespace pgrehearse::load
