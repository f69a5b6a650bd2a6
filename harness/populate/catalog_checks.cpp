// CHECK constraints, those of domains, and partition bounds, which are conditions on rows just the same.
#include <fmt/format.h>

#include "harness/populate/catalog_reader.hpp"
#include "harness/populate/limits.hpp"

namespace pgrehearse::populate {

void CatalogReader::read_checks() {
  const auto rows = session_.query(R"(
      SELECT conrelid, conname, pg_get_expr(conbin, conrelid), pg_get_constraintdef(oid), coalesce(conkey, '{}')
      FROM pg_constraint WHERE contype = 'c' AND conrelid = ANY ($1::oid[]) ORDER BY conrelid, conname)",
                                   {oids()});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t table = *table_of(rows, r, 0);
    add_check(table,
              {rows.string(r, 1), rows.string(r, 2), rows.string(r, 3), positions(table, rows.array(r, 4)), {}, {}});
  }
}

void CatalogReader::add_check(std::size_t table, Check check) {
  if (const auto read = sql::read_check(check.expression)) {
    narrow_columns(table, read->terms);
    for (const auto& [column, text] : read->constants)
      if (const auto at = position(table, column)) check.constants.emplace_back(*at, text);
    for (const auto& [column, text] : read->equations)
      if (const auto at = position(table, column)) check.equations.emplace_back(*at, text);
  }
  check.columns = stems(table, check.columns);
  if (check.columns.empty()) return;  // CHECK (true)
  catalog_.tables[table].checks.push_back(std::move(check));
}

void CatalogReader::narrow_columns(std::size_t table, const std::vector<sql::CheckTerm>& terms) {
  using Relation = sql::CheckTerm::Relation;
  for (const sql::CheckTerm& term : terms) {
    const auto at = position(table, term.column);
    if (!at) continue;
    generators::Column& column = catalog_.shape.tables[table].columns[*at];
    if (column.generated) continue;
    narrow(column, with_inclusive_time(session_, column.type, term));
    if (term.relation == Relation::differs_from)
      if (const auto other = position(table, term.values.front()))
        catalog_.tables[table].unequal.push_back({*at, *other});
    if (term.relation == Relation::below)
      if (const auto other = position(table, term.values.front()))
        catalog_.tables[table].ordered.push_back({*at, *other});
  }
}

// `value`, as a domain's constraint calls it, is then a column of a subquery over the real one.
void CatalogReader::add_domain_checks(std::size_t table, std::size_t at, const ResolvedType& resolved) {
  const std::string column = catalog_.shape.tables[table].columns[at].name;
  if (catalog_.shape.tables[table].columns[at].generated) return;
  for (const auto& domain : resolved.checks) {
    const auto read = sql::read_check(domain.expression);
    Check check{domain.name, {}, domain.definition, {at}, {}, {}};
    check.expression = fmt::format("(SELECT {} FROM (SELECT {} AS value) AS domain)", domain.expression,
                                   postgres::quote_identifier(column));
    if (read) {
      std::vector<sql::CheckTerm> terms = read->terms;
      for (sql::CheckTerm& term : terms) term.column = column;
      narrow_columns(table, terms);
      for (const auto& constant : read->constants) check.constants.emplace_back(at, constant.text);
    }
    catalog_.tables[table].checks.push_back(std::move(check));
  }
}

// A partition's constraint holds its ancestors' as well, so the leaves say it all. One without a constraint, the lone
// default partition, takes every row.
void CatalogReader::read_partition_bounds() {
  for (std::size_t table = 0; table < catalog_.tables.size(); ++table) {
    if (!catalog_.tables[table].partitioned) continue;
    const auto leaves = session_.query(R"(
        SELECT pg_get_partition_constraintdef(t.relid), pg_get_partkeydef($1::oid)
        FROM pg_partition_tree($1::oid) t WHERE t.isleaf AND t.relid <> $1::oid ORDER BY t.relid::oid)",
                                       {std::to_string(catalog_.tables[table].oid)});
    std::string any;
    std::vector<std::vector<sql::CheckTerm>> alternatives;
    bool bounded = leaves.size() > 0;
    for (std::size_t r = 0; r < leaves.size() && bounded; ++r) {
      bounded = !leaves.null(r, 0);
      any += fmt::format("{}({})", any.empty() ? "" : " OR ", leaves.text(r, 0));
      const auto read = sql::read_check(leaves.text(r, 0));
      alternatives.push_back(read ? read->terms : std::vector<sql::CheckTerm>{});
    }
    if (!bounded) continue;
    narrow_columns(table, hull(alternatives));
    add_check(table, {"partition bounds", any, "PARTITION BY " + leaves.string(0, 1), mentioned(table, any), {}, {}});
  }
}

}  // namespace pgrehearse::populate
