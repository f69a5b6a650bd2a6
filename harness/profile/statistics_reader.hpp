// The shape of a live database, of PostgreSQL 14 to 18, as its catalogs and the statistics of its last ANALYZE have it.
// An ordinary read-only role is enough (docs/profile.md: which grants). No row is read, unless a sample is asked for.
//
// Privacy: values of other types than numbers, booleans, enums, dates and times are private. The server sorts and
// measures them, and only their lengths come over the wire, in marks, elements and combinations alike.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"
#include "harness/profile/shape.hpp"

namespace pgrehearse::profile {

struct ReadOptions {
  // Columns whose values may leave whatever their type: "users.email" or "public.users.email".
  std::vector<std::string> include_values = {};
  bool all_values = false;  // of all columns: for a database that holds no secrets
  // Reads some thousand rows of each table, for the quantiles of widths and the children of parents.
  bool sample = false;
  bool widths = false;   // reads such a sample for the quantiles of widths alone
  bool traffic = false;  // reads pg_stat_statements, where it is installed
};

struct Reading {
  Shape shape;                       // without the schema's SQL
  std::vector<std::string> notices;  // for people: what is not known, and why
};

base::Result<Reading> read_shape(const postgres::Target& target, const ReadOptions& options);

// The statistics alone, with all values: of a database that was generated to look like `wanted`. Widths are sampled
// where they were there.
base::Result<std::vector<generators::TableStatistics>> read_statistics(
    const postgres::Target& target, const std::vector<generators::TableStatistics>& wanted);

}  // namespace pgrehearse::profile
