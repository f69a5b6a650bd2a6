// Who has loaded which slice: a schema of ours in the database that several commands fill together. It stands from the
// first command's preparation to the last one's finish, and what a command loads goes into it in the same transaction
// as the rows, so that a slice that failed or was killed can simply be tried again.
#pragma once

#include <cstdint>
#include <string>

#include "generators/generator.hpp"
#include "harness/base/result.hpp"
#include "harness/populate/row_range.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// Equal plans make equal rows; of the rows it looks at the first and last ones of each table.
std::uint64_t plan_hash(const generators::Generator& generator);

// All functions throw postgres::Failure.
class Ledger {
 public:
  explicit Ledger(postgres::Session& session) : session_(session) {}

  // One command at a time prepares or finishes. Waits; unlock() or the session's end gives it back.
  void lock();
  void unlock();

  bool stands();
  // SQL that makes it, for the transaction that prepares the tables.
  static std::string creation(std::uint64_t plan, Slice slice);
  // An error when what stands was begun with another plan, or another number of slices.
  base::Status check(std::uint64_t plan, Slice slice);
  // SQL that notes a slice of a table, first in the transaction that loads it. Fails by unique_violation when it is
  // loaded already; waits for one who is loading it.
  static std::string claim(std::uint32_t table_oid, Slice slice);
  // How many slices stand in all of `tables` tables.
  std::uint64_t complete_slices(std::size_t tables);
  void remove();

 private:
  postgres::Session& session_;
};

}  // namespace pgrehearse::populate
