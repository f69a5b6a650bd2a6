#include "harness/populate/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pgrehearse::populate {
namespace {

constexpr std::uint64_t kRowsLookedAt = 20;
constexpr std::int64_t kLockKey = 0x7067'7265'6865'6172;  // "pgrehear"

}  // namespace

std::uint64_t plan_hash(const generators::Generator& generator) {
  base::Seed hash = generator.shape().seed;
  for (std::size_t table = 0; table < generator.shape().tables.size(); ++table) {
    const std::uint64_t rows = generator.rows(table);
    hash = hash.derive(generator.shape().tables[table].qualified()).derive(rows);
    if (generator.shape().tables[table].existing) continue;
    std::string sample;
    const std::uint64_t count = std::min(rows, kRowsLookedAt);
    generator.encode(table, 0, count, sample);
    generator.encode(table, rows - count, count, sample);
    hash = hash.derive(sample);
  }
  return hash.value;
}

void Ledger::lock() { session_.query(fmt::format("SELECT pg_advisory_lock({})", kLockKey)); }
void Ledger::unlock() { session_.query(fmt::format("SELECT pg_advisory_unlock({})", kLockKey)); }

bool Ledger::stands() {
  return session_.query("SELECT to_regclass('pgrehearse_filling.plan') IS NOT NULL").boolean(0, 0);
}

std::string Ledger::creation(std::uint64_t plan, Slice slice) {
  return fmt::format(
      "CREATE SCHEMA pgrehearse_filling; "
      "CREATE TABLE pgrehearse_filling.plan (hash text NOT NULL, slices bigint NOT NULL); "
      "CREATE TABLE pgrehearse_filling.loaded (relation oid, slice bigint, PRIMARY KEY (slice, relation)); "
      "INSERT INTO pgrehearse_filling.plan VALUES ('{:016x}', {})",
      plan, slice.of);
}

base::Status Ledger::check(std::uint64_t plan, Slice slice) {
  const auto row = session_.query("SELECT hash, slices FROM pgrehearse_filling.plan");
  const auto slices = static_cast<std::uint64_t>(row.integer(0, 1));
  if (slices != slice.of) {
    return base::usage_error(fmt::format("this database is being filled in {} slices, not in {}", slices, slice.of),
                             "give every command the same number of slices, or begin again in an empty database");
  }
  if (row.text(0, 0) != fmt::format("{:016x}", plan)) {
    return base::usage_error(
        "this database is being filled with other rows than these options give",
        "give every command the same schema, rows, shape, seed and version of pgrehearse; or begin "
        "again in an empty database");
  }
  return base::success();
}

std::string Ledger::claim(std::uint32_t table_oid, Slice slice) {
  return fmt::format("INSERT INTO pgrehearse_filling.loaded VALUES ({}, {})", table_oid, slice.number);
}

std::uint64_t Ledger::complete_slices(std::size_t tables) {
  return static_cast<std::uint64_t>(
      session_
          .query(fmt::format("SELECT count(*) FROM (SELECT FROM pgrehearse_filling.loaded GROUP BY slice "
                             "HAVING count(*) = {}) AS complete",
                             tables))
          .integer(0, 0));
}

void Ledger::remove() { session_.query("DROP SCHEMA pgrehearse_filling CASCADE"); }

}  // namespace pgrehearse::populate
