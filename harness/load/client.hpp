// One client of the traffic: a connection, and the operation that runs on it. Private to this module.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/load/dispatcher.hpp"
#include "harness/load/script.hpp"
#include "harness/load/script_run.hpp"
#include "harness/postgres/async_connection.hpp"

namespace pgrehearse::load {

// How an operation ended.
struct Ending {
  Operation operation;
  std::string sqlstate;  // empty: success
  std::string message;
};

// Statements are prepared at their first use on a connection, as drivers do. An operation ends with its first error;
// a transaction that is then open is rolled back before the client is free again. Not thread-safe.
class Client {
 public:
  // Both must outlive the client.
  Client(const std::vector<Script>& scripts, ScriptWorld& world);

  enum class State { offline, connecting, free, busy };
  State state() const { return state_; }
  // Null while offline.
  postgres::AsyncConnection* connection() { return connection_ ? &*connection_ : nullptr; }
  // The operation under way; none while a failed one is rolled back.
  const std::optional<Operation>& operation() const { return operation_; }

  // Why it is offline, once it was online or tried to be.
  const std::string& offline_reason() const { return offline_reason_; }

  // Begins to connect, from offline.
  void connect(const postgres::Target& target);
  // From free. The ending when it ended without a statement under way.
  std::optional<Ending> begin(const Operation& operation);
  // When the connection's socket is ready. The client may be free, busy or offline afterwards.
  std::optional<Ending> advance();
  // Cancels the statement under way and closes the connection; the operation under way gets no ending.
  void abandon();

 private:
  enum class Doing { preparing, executing, rolling_back };

  std::optional<Ending> on_done(const postgres::AsyncConnection::Done& done);
  std::optional<Ending> next_statement();
  std::optional<Ending> prepare_or_execute();
  std::optional<Ending> execute();
  std::optional<Ending> end(std::string sqlstate, std::string message);
  std::optional<Ending> go_offline(std::string sqlstate, std::string message);
  std::optional<Ending> take_ending(std::string sqlstate, std::string message);
  std::string& prepared_name();

  const std::vector<Script>& scripts_;
  ScriptWorld& world_;
  std::optional<postgres::AsyncConnection> connection_;
  State state_ = State::offline;
  Doing doing_ = Doing::executing;
  std::string offline_reason_;
  std::optional<Operation> operation_;
  ScriptRun run_;
  std::size_t step_ = 0;
  std::vector<std::vector<std::string>> prepared_;  // names by script and step; empty: not prepared
  int names_given_ = 0;
};

}  // namespace pgrehearse::load
