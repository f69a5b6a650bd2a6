// By which columns can rows be found without reading the whole table? Derived traffic only asks such questions: others
// would measure missing indexes and not the migration.
#pragma once

#include <string>
#include <vector>

#include "harness/postgres/session.hpp"

namespace pgrehearse::load {

// A valid B-tree index over the whole table, or over the rows whose first column is not NULL, which every comparison
// with that column implies. Where it has expressions: the columns before the first one.
struct AccessPath {
  std::string table;                 // "schema.name", unquoted
  std::vector<std::string> columns;  // in the order of the index; never empty
  bool unique = false;
};

// Of all tables outside the system's schemas. Throws postgres::Failure.
std::vector<AccessPath> read_access_paths(postgres::Session& session);

// Columns that indexes of any kind mention: as keys, in INCLUDE, in expressions and in predicates. An UPDATE of others
// can be HOT (manual, "Heap-Only Tuples").
struct IndexedColumns {
  std::string table;                  // "schema.name", unquoted
  std::vector<std::string> any;       // by at least one index
  std::vector<std::string> decisive;  // by a unique or exclusion index, or the table is partitioned by them
};

// Of all tables outside the system's schemas that have any. Throws postgres::Failure.
std::vector<IndexedColumns> read_indexed_columns(postgres::Session& session);

}  // namespace pgrehearse::load
