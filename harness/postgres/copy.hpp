// Feeding COPY ... FROM STDIN, on libpq: the first of the two hot loops that go below libpqxx (which offers no raw
// binary COPY).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "harness/postgres/session.hpp"

namespace pgrehearse::postgres {

// A connection of its own. Not thread-safe. Functions throw Failure.
class CopyConnection {
 public:
  static base::Result<std::unique_ptr<CopyConnection>> open(const Target& target);
  ~CopyConnection();

  // Any statement (BEGIN, TRUNCATE, COMMIT, ...) without a result.
  void execute(std::string_view sql);
  // `sql` is a COPY ... FROM STDIN; then write() any number of times, then finish(), which returns the rows copied.
  void begin(std::string_view sql);
  void write(std::span<const char> bytes);
  std::uint64_t finish();
  // Ends the COPY with an error on the server; the transaction is then aborted.
  void abandon(std::string_view reason);

 private:
  struct State;
  explicit CopyConnection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::postgres
