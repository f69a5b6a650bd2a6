// The tables of a database with what the catalog alone tells of them. Internal to this module; functions throw
// postgres::Failure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/postgres/session.hpp"
#include "harness/profile/shape.hpp"

namespace pgrehearse::profile {

struct ColumnFacts {
  std::string name;
  int number = 0;                    // pg_attribute.attnum
  std::string type;                  // "character varying(40)"
  std::string base_type, collation;  // for SQL: what its values are cast to for sorting; no collation: empty
  bool public_values = false;        // its values may leave
  bool bytes = false;                // bytea
  bool readable = false;             // by this role
  bool range = false;                // of a range type
  bool multirange = false;
};

struct ListedTable {
  std::uint32_t oid = 0;
  bool partitioned = false;
  bool analyzed = false;      // all of it, once
  bool row_security = false;  // hides its statistics from this role
  std::string largest_part;   // of a partitioned table: the name of its largest partition, and that one's schema
  std::string largest_part_schema;
  std::vector<ColumnFacts> columns;
  Table table;  // without statistics of columns
};

// Tables of users' schemas but those of extensions; partitions with their root. By schema and name.
std::vector<ListedTable> list_tables(postgres::Session& session);
std::vector<Sequence> list_sequences(postgres::Session& session);
Origin read_origin(postgres::Session& session);
// Not at their defaults, whatever they are about.
std::map<std::string, std::string> read_settings(postgres::Session& session);

}  // namespace pgrehearse::profile
