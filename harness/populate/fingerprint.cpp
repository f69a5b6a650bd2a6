#include "harness/populate/fingerprint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pgrehearse::populate {
namespace {

using generators::Kind;

// Those of which every supported PostgreSQL has a hash that treats equal values alike.
bool has_hash(Kind kind) {
  switch (kind) {
    case Kind::boolean:
    case Kind::int2:
    case Kind::int4:
    case Kind::int8:
    case Kind::float4:
    case Kind::float8:
    case Kind::numeric:
    case Kind::text:
    case Kind::uuid:
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::interval:
    case Kind::enumeration:
      return true;
    default:
      return false;
  }
}

std::string sql_for(const generators::TableShape& shape, const TableFacts& facts) {
  std::vector<std::string> values;
  for (const generators::Column& column : shape.columns)
    values.push_back(postgres::quote_identifier(column.name) + (has_hash(column.type.kind) ? "" : "::text"));
  return fmt::format("SELECT count(*), coalesce(sum(hash_record_extended(ROW({}), 0)), 0) FROM {}{}",
                     fmt::join(values, ", "), facts.partitioned ? "" : "ONLY ", facts.name);
}

}  // namespace

base::Result<std::vector<Fingerprint>> fingerprint(postgres::Session& session, const Catalog& catalog) {
  try {
    std::vector<Fingerprint> found;
    for (std::size_t table = 0; table < catalog.tables.size(); ++table) {
      const auto rows = session.query(sql_for(catalog.shape.tables[table], catalog.tables[table]));
      found.push_back(
          {catalog.shape.tables[table].qualified(), static_cast<std::uint64_t>(rows.integer(0, 0)), rows.string(0, 1)});
    }
    return found;
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "reading the tables' fingerprints");
  }
}

}  // namespace pgrehearse::populate
