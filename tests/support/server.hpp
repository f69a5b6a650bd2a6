// A real PostgreSQL for the tests of this process: started at the first call, removed when the process ends.
#pragma once

#include <memory>
#include <string>

#include "harness/postgres/session.hpp"

namespace pgrehearse::testing {

// The administrator's target, database "postgres". Fails the process with a clear message where no server can start.
const postgres::Target& server();

// A new, empty database of its own, dropped at the end of the test.
class ScratchDatabase {
 public:
  ScratchDatabase();
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  const postgres::Target& target() const { return target_; }
  // A new session in it; fails the process where it cannot be opened.
  std::unique_ptr<postgres::Session> session() const;

 private:
  postgres::Target target_;
};

}  // namespace pgrehearse::testing
