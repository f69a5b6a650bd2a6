// Which tables there are to sum up, and the SQL that does it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/postgres/session.hpp"

namespace pgrehearse::observe {

struct PlannedColumn {
  std::string name, type;
  std::string base;         // pg_catalog's name of the type below all domains; empty: a type of the user's
  bool scaled = false;      // it has a type modifier: numeric(10,2)
  std::int64_t number = 0;  // pg_attribute.attnum, which renaming keeps
  bool operator==(const PlannedColumn&) const = default;
};

struct PlannedTable {
  std::string schema, name;
  std::string oid{};  // which renaming keeps
  bool partitioned = false;
  std::vector<std::string> key;  // primary key, else the smallest unique key without NULLs; empty: none
  std::vector<PlannedColumn> columns;

  const PlannedColumn* find(const std::string& column) const;
};

// By "schema.name". Throws postgres::Failure.
std::map<std::string, PlannedTable> read_tables(postgres::Session& session,
                                                const std::vector<std::string>& excluded_tables);

// Whether the column's text form is summed up too.
bool needs_text(const PlannedColumn& column);

// One row: count(*), then the sum of the key's hash (with a key) or of whole rows (without), then for each column its
// count and its sum, and the sum of its text where needs_text(). Pure.
std::string sum_query(const PlannedTable& table);

}  // namespace pgrehearse::observe
