#include "harness/populate/type_catalog.hpp"

#include <fmt/format.h>

#include <string_view>

#include "harness/populate/limits.hpp"
#include "harness/sql/check_constraint.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Kind;
using generators::Type;

const std::map<std::string_view, Kind>& builtin_kinds() {
  static const std::map<std::string_view, Kind> kinds = {{"bool", Kind::boolean},
                                                         {"int2", Kind::int2},
                                                         {"int4", Kind::int4},
                                                         {"int8", Kind::int8},
                                                         {"oid", Kind::oid},
                                                         {"xid", Kind::oid},
                                                         {"cid", Kind::oid},
                                                         {"regclass", Kind::oid},
                                                         {"regcollation", Kind::oid},
                                                         {"regconfig", Kind::oid},
                                                         {"regdictionary", Kind::oid},
                                                         {"regnamespace", Kind::oid},
                                                         {"regoper", Kind::oid},
                                                         {"regoperator", Kind::oid},
                                                         {"regproc", Kind::oid},
                                                         {"regprocedure", Kind::oid},
                                                         {"regrole", Kind::oid},
                                                         {"regtype", Kind::oid},
                                                         {"xid8", Kind::int8},
                                                         {"float4", Kind::float4},
                                                         {"float8", Kind::float8},
                                                         {"numeric", Kind::numeric},
                                                         {"money", Kind::money},
                                                         {"text", Kind::text},
                                                         {"varchar", Kind::text},
                                                         {"bpchar", Kind::text},
                                                         {"name", Kind::text},
                                                         {"char", Kind::text},
                                                         {"refcursor", Kind::text},
                                                         {"bytea", Kind::bytea},
                                                         {"uuid", Kind::uuid},
                                                         {"date", Kind::date},
                                                         {"time", Kind::time},
                                                         {"timetz", Kind::timetz},
                                                         {"timestamp", Kind::timestamp},
                                                         {"timestamptz", Kind::timestamptz},
                                                         {"interval", Kind::interval},
                                                         {"json", Kind::json},
                                                         {"jsonb", Kind::jsonb},
                                                         {"xml", Kind::xml},
                                                         {"inet", Kind::inet},
                                                         {"cidr", Kind::cidr},
                                                         {"macaddr", Kind::macaddr},
                                                         {"macaddr8", Kind::macaddr8},
                                                         {"bit", Kind::bit},
                                                         {"varbit", Kind::varbit},
                                                         {"point", Kind::point},
                                                         {"line", Kind::line},
                                                         {"lseg", Kind::lseg},
                                                         {"box", Kind::box},
                                                         {"path", Kind::path},
                                                         {"polygon", Kind::polygon},
                                                         {"circle", Kind::circle},
                                                         {"int4range", Kind::int4range},
                                                         {"int8range", Kind::int8range},
                                                         {"numrange", Kind::numrange},
                                                         {"daterange", Kind::daterange},
                                                         {"tsrange", Kind::tsrange},
                                                         {"tstzrange", Kind::tstzrange},
                                                         {"tsvector", Kind::tsvector},
                                                         {"tsquery", Kind::tsquery},
                                                         {"jsonpath", Kind::jsonpath},
                                                         {"pg_lsn", Kind::pg_lsn},
                                                         {"tid", Kind::tid},
                                                         {"pg_snapshot", Kind::snapshot},
                                                         {"txid_snapshot", Kind::snapshot},
                                                         {"oidvector", Kind::vector},
                                                         {"int2vector", Kind::vector}};
  return kinds;
}

Kind kind_of(const std::string& schema, const std::string& name) {
  if (schema != "pg_catalog") {  // extensions may stand in any schema
    if (name == "citext") return Kind::text;
    if (name == "ltree") return Kind::ltree;
    if (name == "lquery") return Kind::lquery;
    if (name == "ltxtquery") return Kind::ltxtquery;
    if (name == "hstore") return Kind::hstore;
    return Kind::other;
  }
  const auto found = builtin_kinds().find(name);
  return found == builtin_kinds().end() ? Kind::other : found->second;
}

constexpr int kVarlenaHeader = 4;  // a typmod of varchar, char and numeric is offset by it
constexpr int kNameLength = 63;

// numeric's typmod holds the precision above, the scale in the eleven bits below, signed from PostgreSQL 15 on.
void read_numeric_typmod(Type& type, int typmod) {
  const int packed = typmod - kVarlenaHeader;
  type.precision = (packed >> 16) & 0xffff;
  type.scale = ((packed & 0x7ff) ^ 1024) - 1024;
}

// INTERVAL YEAR TO MONTH and the like drop what is below their last field (intervaltypmodin in timestamp.c).
void read_interval_typmod(Type& type, int typmod) {
  constexpr std::pair<int, const char*> fields[] = {
      {1 << 11, "# minutes"}, {1 << 10, "# hours"}, {1 << 3, "# days"}, {1 << 1, "# months"}, {1 << 2, "# years"}};
  constexpr int seconds = 1 << 12;
  const int range = (typmod >> 16) & 0x7fff;
  if (range == 0x7fff || (range & seconds) != 0) return;
  for (const auto& [field, notation] : fields)
    if (type.notation.empty() && (range & field) != 0) type.notation = notation;
  type.kind = Kind::other;
}

void read_typmod(Type& type, const std::string& name, int typmod) {
  if (name == "name") type.length = kNameLength;
  if (name == "char") type.length = 1;
  if (name == "bpchar") type.blank_padded = true;
  if (typmod < 0) return;
  if (name == "varchar" || name == "bpchar") type.length = typmod - kVarlenaHeader;
  if (name == "bit" || name == "varbit") type.length = typmod;
  if (name == "numeric") read_numeric_typmod(type, typmod);
  if (name == "interval") read_interval_typmod(type, typmod);
  if (name == "timestamp" || name == "timestamptz" || name == "time" || name == "timetz") type.precision = typmod;
}

std::uint32_t oid_at(const postgres::Rows& rows, std::size_t row, std::size_t column) {
  return static_cast<std::uint32_t>(rows.integer(row, column));
}

}  // namespace

TypeCatalog::TypeCatalog(postgres::Session& session) {
  read_types(session);
  read_labels(session);
  read_fields(session);
  read_checks(session);
}

void TypeCatalog::read_types(postgres::Session& session) {
  const auto rows = session.query(R"(
      SELECT t.oid, n.nspname, t.typname, format_type(t.oid, NULL), t.typtype, e.oid IS NOT NULL,
             t.typnotnull,
             CASE t.typtype WHEN 'r' THEN (SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid)
                            WHEN 'm' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid)
                            ELSE t.typelem END,
             t.typbasetype, t.typrelid, t.typtypmod, t.typdelim
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_type e ON e.typarray = t.oid)");
  for (std::size_t r = 0; r < rows.size(); ++r)
    types_[oid_at(rows, r, 0)] = {rows.string(r, 1),  rows.string(r, 2),
                                  rows.string(r, 3),  rows.text(r, 4)[0],
                                  rows.boolean(r, 5), rows.boolean(r, 6),
                                  oid_at(rows, r, 7), oid_at(rows, r, 8),
                                  oid_at(rows, r, 9), static_cast<int>(rows.integer(r, 10)),
                                  rows.text(r, 11)[0]};
}

void TypeCatalog::read_labels(postgres::Session& session) {
  const auto rows = session.query("SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder");
  for (std::size_t r = 0; r < rows.size(); ++r) labels_[oid_at(rows, r, 0)].push_back(rows.string(r, 1));
}

void TypeCatalog::read_fields(postgres::Session& session) {
  const auto rows = session.query(R"(
      SELECT a.attrelid, a.atttypid, a.atttypmod
      FROM pg_attribute a JOIN pg_type t ON t.typrelid = a.attrelid JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      ORDER BY a.attrelid, a.attnum)");
  for (std::size_t r = 0; r < rows.size(); ++r)
    fields_[oid_at(rows, r, 0)].push_back({oid_at(rows, r, 1), static_cast<int>(rows.integer(r, 2))});
}

void TypeCatalog::read_checks(postgres::Session& session) {
  const auto rows = session.query(R"(
      SELECT contypid, conname, pg_get_expr(conbin, 0), pg_get_constraintdef(oid)
      FROM pg_constraint WHERE contypid <> 0 AND contype = 'c' ORDER BY conname)");
  for (std::size_t r = 0; r < rows.size(); ++r)
    checks_[oid_at(rows, r, 0)].push_back({rows.string(r, 1), rows.string(r, 2), rows.string(r, 3)});
}

ResolvedType TypeCatalog::resolve(std::uint32_t oid, int typmod) const {
  ResolvedType resolved;
  auto entry = types_.find(oid);
  while (entry != types_.end() && entry->second.sort == 'd') {
    resolved.not_null |= entry->second.not_null;
    if (const auto found = checks_.find(oid); found != checks_.end())
      resolved.checks.insert(resolved.checks.end(), found->second.begin(), found->second.end());
    typmod = entry->second.base_typmod;
    oid = entry->second.base;
    entry = types_.find(oid);
  }
  if (entry != types_.end()) resolved.type = plain(oid, entry->second, typmod);
  resolved.typmod = typmod;
  return resolved;
}

Type TypeCatalog::plain(std::uint32_t oid, const Entry& entry, int typmod) const {
  Type type;
  type.oid = oid;
  type.name = entry.display;
  type.delimiter = entry.delimiter;
  if (entry.array) {
    type.kind = Kind::array;
    type.element = std::make_shared<const Type>(part(entry.element, typmod));
  } else if (entry.sort == 'e') {
    type.kind = Kind::enumeration;
    if (const auto found = labels_.find(oid); found != labels_.end()) type.labels = found->second;
  } else if (entry.sort == 'c') {
    type.kind = Kind::composite;
    if (const auto found = fields_.find(entry.relation); found != fields_.end())
      for (const Field& field : found->second) type.fields.push_back(part(field.oid, field.typmod));
  } else if (entry.sort == 'm') {
    type.kind = Kind::multirange;
    type.element = std::make_shared<const Type>(part(entry.element, -1));
  } else {
    type.kind = kind_of(entry.schema, entry.name);
    if (type.kind == Kind::other && entry.sort == 'r') type.kind = Kind::range;
    if (type.kind == Kind::range || type.kind == Kind::vector)
      type.element = std::make_shared<const Type>(part(entry.element, -1));
    read_typmod(type, entry.name, typmod);
  }
  return type;
}

// Of an array, a composite or a range. What a domain asks of it is known here as far as limits can say it; whether all
// of it holds, the rows that are tried before loading show.
Type TypeCatalog::part(std::uint32_t oid, int typmod) const {
  const ResolvedType resolved = resolve(oid, typmod);
  generators::Column column;
  column.type = resolved.type;
  for (const auto& check : resolved.checks)
    if (const auto read = sql::read_check(check.expression))
      for (const sql::CheckTerm& term : read->terms) narrow(column, term);
  Type type = resolved.type;
  type.oid = oid;
  if (!resolved.checks.empty()) type.limits = std::make_shared<const generators::Limits>(std::move(column.limits));
  return type;
}

}  // namespace pgrehearse::populate
