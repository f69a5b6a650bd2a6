// Statements that do not wait, on libpq: the second of the two hot loops below libpqxx. One thread can keep many of
// these busy with epoll.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/postgres/session.hpp"

namespace pgrehearse::postgres {

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
  std::string connect_error() const;

  // Begins one statement; the connection must be idle. False when the connection is lost.
  bool send_prepare(std::string_view name, const std::string& sql);
  bool send_prepared(const std::string& name, std::span<const char* const> text_parameters);
  bool send_query(const std::string& sql);  // simple protocol

  struct Done {
    std::string sqlstate;  // empty: success
    std::string message;
    std::uint64_t rows = 0;
    bool connection_lost = false;
  };
  // Call when fd() is readable (or writable, while wants() says so). The outcome once the statement has ended.
  std::optional<Done> advance();
  bool in_transaction() const;  // as the server last said
  int backend_pid() const;
  void cancel();  // blocks for one round trip to the server

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::postgres
