// The schema of a live database, as the shape that generation needs, with what filling needs beside it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generators/shape.hpp"
#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// A condition that every row must satisfy: a CHECK constraint, a domain's, or "some partition takes the row".
struct Check {
  std::string name;
  std::string expression;            // SQL over the table's columns
  std::string definition;            // for people: "CHECK ((a < b))"
  std::vector<std::size_t> columns;  // positions in the shape's columns; never generated ones, but those they stem from
  std::vector<std::pair<std::size_t, std::string>> constants;  // what a column is compared with
  std::vector<std::pair<std::size_t, std::string>> equations;  // what a column must equal: SQL over other columns
};

// Two columns of which a CHECK wants the one below the other: starts < ends.
struct Ordered {
  std::size_t low = 0, high = 0;  // positions in the shape's columns
};

// A unique index or an exclusion constraint over some of the rows only.
struct PartialKey {
  generators::Key key;
  std::string predicate;             // SQL over the table's columns
  std::vector<std::size_t> columns;  // that the predicate stems from
};

// What a unique index makes of one column: lower(email), date_trunc('day', at).
struct UniqueExpression {
  std::string index, expression;
  std::size_t column = 0;  // position in the shape's columns
};

// What concerns the server of the table at the same position in the shape.
struct TableFacts {
  std::uint32_t oid = 0;
  bool partitioned = false;
  bool binary_copy = true;  // false: a column's type has no binary input, and COPY wants that of all columns
  bool takes_rows = true;   // false: partitioned, and without any partition
  std::string name;         // quoted and qualified, for SQL
  std::vector<std::string> generation;  // by column: the expression of a generated column, else empty
  std::vector<bool> has_default;        // by column
  std::vector<Check> checks;
  std::vector<generators::Different> unequal;  // pairs of columns that a CHECK wants different in every row
  std::vector<Ordered> ordered;
  std::vector<PartialKey> partial_keys;  // none of them in the shape: see partial_keys.hpp
  std::vector<UniqueExpression> unique_expressions;
  double aged = 0;   // the share of dead row versions to leave in it; asked for, not read
  std::string note;  // for people, what is special about its rows; may be empty
};

struct Catalog {
  generators::DatabaseShape shape;        // without rows, overrides, pools and seed
  std::vector<TableFacts> tables;         // one for each of shape.tables
  std::vector<std::string> notices = {};  // for people: what of the request does not fit
};

// All tables of all users' schemas, partitions with their parents. Left out: tables that belong to an extension,
// foreign tables, and those in which migration tools keep count. Limits hold what could be read from constraints,
// domains and partition bounds. Keys hold primary and unique constraints, unique indexes (one on an expression as if it
// were on the columns in it) and exclusion constraints; a set of columns appears once, and not at all when a part of it
// is a key already.
base::Result<Catalog> read_catalog(postgres::Session& session);

}  // namespace pgrehearse::populate
