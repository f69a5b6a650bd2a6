// Statements that do not wait, on libpq: the second of the two hot loops below libpqxx. One thread can keep many of
// these busy with epoll.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/postgres/session.hpp"

namespace pgrehearse::postgres {

// What one query returned, as far as scripts ask: its last row.
struct LastRow {
  std::uint64_t rows = 0;
  std::vector<std::pair<std::string, std::string>> columns;  // name and text, empty for NULL; none without rows
};

// Not thread-safe. Never blocks, except in cancel().
class AsyncConnection {
 public:
  enum class Wants { read, write, read_write, nothing };

  // Begins to connect; poll_connect() as fd() becomes ready, until it says connected or failed.
  explicit AsyncConnection(const Target& target);
  ~AsyncConnection();
  AsyncConnection(AsyncConnection&&) noexcept;
  AsyncConnection& operator=(AsyncConnection&&) noexcept;

  enum class Connecting { again, connected, failed };
  Connecting poll_connect();
  int fd() const;       // may change while connecting
  Wants wants() const;  // what to wait for on fd() now
  struct Refusal {
    std::string sqlstate;  // the server's own; 08006 when none answered
    std::string message;
  };
  Refusal connect_error() const;  // after failed

  // Begins one statement; the connection must be idle. False when the connection is lost.
  bool send_prepare(std::string_view name, const std::string& sql);
  bool send_prepared(const std::string& name, std::span<const char* const> text_parameters);
  bool send_parameters(const std::string& sql, std::span<const char* const> text_parameters);  // extended protocol
  bool send_query(const std::string& sql);                                                     // simple protocol

  // Pipeline mode, from idle: what is sent then goes on without an answer; not in the simple protocol. Each
  // sync_pipeline() ends a piece: after an error the rest of it is skipped, and without BEGIN it is one transaction.
  // end_pipeline() syncs too and leaves the mode; advance() then returns one outcome for all, with the first error.
  bool begin_pipeline();
  bool sync_pipeline();
  bool end_pipeline();
  bool in_pipeline() const;

  // From now on keep what statements return, or do not.
  void keep_results(bool keep);
  // Of the last statement that ended, if they were kept: one for each of its queries.
  const std::vector<LastRow>& results() const;

  struct Done {
    std::string sqlstate;  // empty: success
    std::string message;
    std::uint64_t rows = 0;  // that came back
    bool connection_lost = false;
  };
  // Call when fd() is readable (or writable, while wants() says so). The outcome once the statement has ended, valid
  // until the next one begins; null before.
  const Done* advance();
  bool in_transaction() const;  // as the server last said
  int backend_pid() const;
  void cancel();  // blocks for one round trip to the server

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::postgres
