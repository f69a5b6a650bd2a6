#include "harness/populate/catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/populate/catalog_reader.hpp"
#include "harness/populate/limits.hpp"

namespace pgrehearse::populate {
namespace {

// Where migration tools keep what they have applied: theirs to fill, and no part of the application's data.
constexpr const char* kTrackingTables =
    "{__diesel_schema_migrations,schema_migrations,schema_migration,goose_db_version,flyway_schema_history,"
    "_sqlx_migrations,ar_internal_metadata,atlas_schema_revisions,_prisma_migrations,knex_migrations,"
    "knex_migrations_lock,alembic_version,django_migrations,databasechangelog,databasechangeloglock,"
    "gorp_migrations,refinery_schema_history,dbmate_migrations,seaql_migrations}";

}  // namespace

base::Result<Catalog> read_catalog(postgres::Session& session) {
  try {
    return CatalogReader(session).read();
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "reading the schema of the database");
  }
}

Catalog CatalogReader::read() {
  read_tables();
  read_columns();
  read_checks();
  read_partition_bounds();
  read_foreign_keys();
  read_unique_indexes();
  read_exclusions();
  support_keys_of_children();
  return std::move(catalog_);
}

void CatalogReader::read_tables() {
  const auto rows = session_.query(R"(
      SELECT c.oid, n.nspname, c.relname, c.relkind = 'p',
             c.relkind = 'r' OR EXISTS (SELECT FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
                                        WHERE l.relkind = 'r')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND n.nspname <> 'pgrehearse_filling'
        AND c.relname <> ALL ($1::name[])
        AND NOT EXISTS (SELECT FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY n.nspname, c.relname)",
                                   {kTrackingTables});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    TableFacts facts;
    facts.oid = static_cast<std::uint32_t>(rows.integer(r, 0));
    facts.partitioned = rows.boolean(r, 3);
    facts.takes_rows = rows.boolean(r, 4);
    facts.name = postgres::quote_qualified(rows.text(r, 1), rows.text(r, 2));
    generators::TableShape shape;
    shape.schema = rows.string(r, 1);
    shape.name = rows.string(r, 2);
    tables_[facts.oid] = catalog_.tables.size();
    catalog_.tables.push_back(std::move(facts));
    catalog_.shape.tables.push_back(std::move(shape));
  }
  attributes_.resize(catalog_.tables.size());
}

void CatalogReader::read_columns() {
  const auto rows = session_.query(R"(
      SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated <> '',
             CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
             a.attidentity <> '' OR EXISTS (SELECT FROM pg_depend p JOIN pg_class s ON s.oid = p.refobjid
                                            WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
                                              AND p.refclassid = 'pg_class'::regclass AND s.relkind = 'S'),
             a.atthasdef, t.typreceive <> 0
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attrelid, a.attnum)",
                                   {oids()});
  std::vector<std::string> type_oids;
  std::vector<int> typmods;
  std::vector<std::pair<std::size_t, ResolvedType>> resolved;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t table = *table_of(rows, r, 0);
    ResolvedType type =
        types_.resolve(static_cast<std::uint32_t>(rows.integer(r, 3)), static_cast<int>(rows.integer(r, 4)));
    auto& columns = catalog_.shape.tables[table].columns;
    attributes_[table][rows.string(r, 1)] = columns.size();
    generators::Column column;
    column.name = rows.string(r, 2);
    column.type = type.type;
    column.not_null = rows.boolean(r, 5) || type.not_null;
    column.generated = rows.boolean(r, 6);
    column.sequence = rows.boolean(r, 8) && is_number(column.type.kind);
    catalog_.tables[table].generation.push_back(rows.string(r, 7));
    catalog_.tables[table].has_default.push_back(rows.boolean(r, 9));
    catalog_.tables[table].binary_copy = catalog_.tables[table].binary_copy && rows.boolean(r, 10);
    type_oids.push_back(std::to_string(column.type.oid));
    typmods.push_back(type.typmod);
    columns.push_back(std::move(column));
    resolved.emplace_back(table, std::move(type));
  }
  name_types(fmt::format("{{{}}}", fmt::join(type_oids, ",")), fmt::format("{{{}}}", fmt::join(typmods, ",")));
  std::vector<std::size_t> next(catalog_.tables.size(), 0);
  for (auto& [table, type] : resolved) add_domain_checks(table, next[table]++, type);
}

// Tables are read in the order of their oids, as the columns were.
void CatalogReader::name_types(const std::string& oids, const std::string& typmods) {
  const auto names = session_.query(
      "SELECT format_type(oid, typmod) FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS t(oid, typmod, n) ORDER BY "
      "n",
      {oids, typmods});
  std::size_t row = 0;
  for (const auto& [oid, table] : tables_)
    for (auto& column : catalog_.shape.tables[table].columns) column.type.name = names.string(row++, 0);
}

std::string CatalogReader::oids() const {
  std::vector<std::uint32_t> list;
  for (const TableFacts& table : catalog_.tables) list.push_back(table.oid);
  return fmt::format("{{{}}}", fmt::join(list, ","));
}

std::optional<std::size_t> CatalogReader::table_of(const postgres::Rows& rows, std::size_t row,
                                                   std::size_t column) const {
  const auto found = tables_.find(static_cast<std::uint32_t>(rows.integer(row, column)));
  return found == tables_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::size_t> CatalogReader::positions(std::size_t table, const std::vector<std::string>& attributes) const {
  std::vector<std::size_t> found;
  for (const std::string& attribute : attributes)
    if (const auto at = attributes_[table].find(attribute); at != attributes_[table].end()) found.push_back(at->second);
  return found;
}

std::optional<std::size_t> CatalogReader::position(std::size_t table, const std::string& column) const {
  const auto& columns = catalog_.shape.tables[table].columns;
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == column; });
  return found == columns.end() ? std::nullopt : std::optional<std::size_t>(found - columns.begin());
}

std::vector<std::size_t> CatalogReader::stems(std::size_t table, const std::vector<std::size_t>& columns) const {
  std::vector<std::size_t> found;
  for (std::size_t column : columns) {
    const bool generated = catalog_.shape.tables[table].columns[column].generated;
    for (std::size_t stem :
         generated ? mentioned(table, catalog_.tables[table].generation[column]) : std::vector{column})
      if (std::find(found.begin(), found.end(), stem) == found.end()) found.push_back(stem);
  }
  return found;
}

std::vector<std::size_t> CatalogReader::mentioned(std::size_t table, const std::string& expression) const {
  const auto read = sql::read_check(expression);
  std::vector<std::size_t> found;
  if (read)
    for (const std::string& name : read->columns)
      if (const auto column = position(table, name)) found.push_back(*column);
  return stems(table, found);
}

}  // namespace pgrehearse::populate
