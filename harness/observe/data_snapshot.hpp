// What the tables hold, in a few numbers a table, so that two states can be compared and a loss named by its column.
//
// Per column: the sum, over all rows, of a 64-bit hash of the value seeded with the row's key. A sum does not depend on
// the order of rows, nor on that of columns, nor does it cancel duplicates as XOR would; the seed ties a value to its
// row, so that two values that change places are noticed. Tables without a key get sums without a seed, and one of
// whole rows.
//
// Values that PostgreSQL holds equal have the same hash (numeric 1.0 and 1.00). Types whose hash says less or more than
// their values (enums hash by OID, intervals by length, jsonb {} as []) or that have none (json, xml) go by their text.
// With 64 bits a change escapes with a probability of about 1 in 10^19.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::observe {

struct ColumnData {
  std::string name, type;    // type: as format_type() prints it
  std::uint64_t values = 0;  // not NULL
  std::string sum;           // of the hashes; a number of any size
  std::string text_sum;      // the same of the text form, where that says more than the hash (numeric without a scale)
  std::int64_t number = 0;   // in its table, whatever its name
};

struct TableData {
  std::string oid;               // the same whatever its name
  std::vector<std::string> key;  // columns of the key that seeds the hashes; empty: the table has none
  std::uint64_t rows = 0;
  std::string key_sum;  // of the key's hash; empty without a key
  std::string row_sum;  // of whole rows; empty with a key
  std::vector<ColumnData> columns;
};

struct DataSnapshot {
  std::map<std::string, TableData> tables;       // by "schema.name"; partitions count as their partitioned table
  std::map<std::string, std::string> sequences;  // last values; "" when never used
};

// Of all tables but excluded ones ("schema.name", or a bare name for any schema), temporary ones, foreign ones and
// members of extensions, in one read-only transaction of the session, which must be idle (role: superuser). With
// parallel workers about 0.3 to 0.6 s for a million rows of seven columns on two cores. Without traffic only: it
// compares moments.
//
// `like`: an earlier snapshot to compare with; its tables, columns and keys are taken, as far as they still exist. By
// name: for a state in which everything should be called as before. By origin: tables and columns that stood then,
// whatever they are called and of whatever type they are now, so that a migration may rename and convert them; and
// those that have taken over a name.
enum class Match { name, origin };
base::Result<DataSnapshot> take_data_snapshot(postgres::Session& session,
                                              const std::vector<std::string>& excluded_tables,
                                              const DataSnapshot* like = nullptr, Match match = Match::name);

// `after` was taken like `before` (by name); `phase` is "down", and `before` the state before up, or "up_again", and
// `before` that after the first up; it goes into Comparison::after. Tables and columns
// that are new are no loss and not named; the last values of sequences, and numbers that only look different (1.0 and
// 1.00), are notes. Pass and time are left to the caller. Pure.
record::Comparison compare(const DataSnapshot& before, const DataSnapshot& after, const std::string& phase);

}  // namespace pgrehearse::observe
