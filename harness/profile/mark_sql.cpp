#include "harness/profile/mark_sql.hpp"

#include <fmt/format.h>

namespace pgrehearse::profile {

// The lists are of no fixed type (anyarray), but every array can be read as one of text.
std::string statistics_cte() {
  return R"(s AS MATERIALIZED (
    SELECT attname, null_frac, n_distinct, avg_width, correlation, most_common_vals::text::text[] AS common,
           most_common_freqs AS shares, histogram_bounds::text::text[] AS bounds,
           most_common_elems::text::text[] AS elements, most_common_elem_freqs AS element_shares,
           elem_count_histogram AS counts
    FROM pg_stats WHERE schemaname = $1 AND tablename = $2 AND inherited = $3::boolean))";
}

std::string marks_of(const ColumnFacts& column) {
  const std::string name = postgres::quote_literal(column.name);
  return fmt::format(
      "SELECT u.v, u.f FROM s CROSS JOIN LATERAL unnest(s.common, s.shares) AS u(v, f) WHERE s.attname = {0} "
      "UNION ALL SELECT u.v, 0::float4 FROM s CROSS JOIN LATERAL unnest(s.bounds) AS u(v) WHERE s.attname = {0}",
      name);
}

std::string in_order(const ColumnFacts& column, const std::string& value) {
  return fmt::format("{}::{}{}", value, column.base_type,
                     column.collation.empty() ? "" : " COLLATE " + column.collation);
}

std::string shown(const ColumnFacts& column, const std::string& value) {
  return column.public_values ? value : "NULL::text";
}

// bytea stands in hexadecimal: \x and two digits a byte.
std::string length_of(const ColumnFacts& column, const std::string& value) {
  return column.bytes ? fmt::format("(octet_length({}) - 2) / 2", value) : fmt::format("octet_length({})", value);
}

}  // namespace pgrehearse::profile
