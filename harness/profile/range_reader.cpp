#include "harness/profile/range_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace pgrehearse::profile {
namespace {

// The histogram is one of ranges, also of multiranges; its lower bounds and its upper bounds are each in order.
std::string bounds_sql(const ColumnFacts& column, const char* which) {
  if (!column.public_values) return "NULL::text[]";
  return fmt::format(
      "ARRAY(SELECT coalesce({}({}::{})::text, '') "
      "FROM unnest(range_bounds_histogram::text::text[]) WITH ORDINALITY AS u(v, n) ORDER BY u.n)",
      which, column.multirange ? "('{' || u.v || '}')" : "u.v", column.base_type);
}

std::string range_sql(const ColumnFacts& column) {
  return fmt::format(
      "SELECT range_empty_frac, range_length_histogram::text::float8[], {}, {} FROM pg_stats "
      "WHERE schemaname = $1 AND tablename = $2 AND inherited = $3::boolean AND attname = {} "
      "AND range_empty_frac IS NOT NULL",
      bounds_sql(column, "lower"), bounds_sql(column, "upper"), postgres::quote_literal(column.name));
}

// A range without a bound is infinitely long; these stand at the end.
void take_lengths(const std::vector<std::string>& lengths, generators::RangeStatistics& read) {
  for (const std::string& length : lengths) read.lengths.push_back(std::stod(length));
  const auto unbounded =
      std::find_if(read.lengths.begin(), read.lengths.end(), [](double length) { return std::isinf(length); });
  const auto all = static_cast<double>(read.lengths.size());
  if (all > 0) read.unbounded_fraction = static_cast<double>(read.lengths.end() - unbounded) / all;
  read.lengths.erase(unbounded, read.lengths.end());
}

}  // namespace

void read_ranges(postgres::Session& session, const std::vector<ColumnFacts>& columns,
                 const std::vector<postgres::Parameter>& of,
                 std::map<std::string, generators::ColumnStatistics>& statistics) {
  if (session.server_version() < 170000) return;
  for (const ColumnFacts& column : columns) {
    const auto known = statistics.find(column.name);
    if (!(column.range || column.multirange) || known == statistics.end()) continue;
    const auto rows = session.query(range_sql(column), of);
    if (rows.size() == 0) continue;
    generators::RangeStatistics read;
    read.empty_fraction = rows.number(0, 0);
    if (!rows.null(0, 1)) take_lengths(rows.array(0, 1), read);
    if (!rows.null(0, 2)) read.lower = rows.array(0, 2);
    if (!rows.null(0, 3)) read.upper = rows.array(0, 3);
    known->second.ranges = std::move(read);
  }
}

}  // namespace pgrehearse::profile
