#include "harness/populate/finish.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "harness/base/units.hpp"

namespace pgrehearse::populate {
namespace {

// Members of extensions are left out here as everywhere.
constexpr const char* kOfUser =
    "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_depend e "
    "WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')";

// Through a default (n), or because the sequence belongs to the column: identity (i), OWNED BY (a).
std::string sequence_users() {
  return fmt::format(R"(
      SELECT DISTINCT s.oid, s.oid::regclass::text, c.oid::regclass::text, quote_ident(a.attname),
             q.seqincrement > 0, q.seqmin, q.seqmax
      FROM pg_class s JOIN pg_sequence q ON q.seqrelid = s.oid
      JOIN LATERAL (
        SELECT d.refobjid AS relid, d.refobjsubid::int AS attnum FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
          AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
        UNION
        SELECT f.adrelid, f.adnum::int FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
        WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid
      ) u ON true
      JOIN pg_class c ON c.oid = u.relid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND {}
        AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
      ORDER BY 1, 3, 4)",
                     kOfUser);
}

std::string names_of(const char* relation, const char* attributes) {
  return fmt::format(
      "ARRAY(SELECT quote_ident(a.attname) FROM unnest({1}) WITH ORDINALITY AS k(attnum, n) "
      "JOIN pg_attribute a ON a.attrelid = {0} AND a.attnum = k.attnum ORDER BY k.n)",
      relation, attributes);
}

}  // namespace

void set_sequences(postgres::Session& session) {
  struct Use {
    bool up = true;
    std::string name, minimum, maximum;
    std::vector<std::string> highest;
  };
  std::map<std::string, Use> sequences;
  const auto rows = session.query(sequence_users());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Use& use = sequences[rows.string(r, 0)];
    use.up = rows.boolean(r, 4);
    use.name = rows.string(r, 1), use.minimum = rows.string(r, 5), use.maximum = rows.string(r, 6);
    use.highest.push_back(
        fmt::format("SELECT {}({})::numeric AS v FROM {}", use.up ? "max" : "min", rows.text(r, 3), rows.text(r, 2)));
  }
  for (const auto& [oid, use] : sequences)
    session.query(fmt::format("SELECT setval({}, {}(v)::bigint) FROM ({}) AS used HAVING {}(v) BETWEEN {} AND {}",
                              postgres::quote_literal(use.name), use.up ? "max" : "min",
                              fmt::join(use.highest, " UNION ALL "), use.up ? "max" : "min", use.minimum, use.maximum));
}

std::vector<ForeignKeyCheck> foreign_key_checks(postgres::Session& session, const Catalog& catalog) {
  std::vector<std::uint32_t> oids;
  for (const TableFacts& facts : catalog.tables) oids.push_back(facts.oid);
  const auto rows = session.query(
      fmt::format("SELECT f.conname, f.conrelid::regclass::text, f.confrelid::regclass::text, {}, {}, "
                  "(SELECT relkind = 'r' FROM pg_class WHERE oid = f.conrelid), "
                  "(SELECT relkind = 'r' FROM pg_class WHERE oid = f.confrelid) "
                  "FROM pg_constraint f WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid = ANY ($1::oid[]) "
                  "ORDER BY f.conrelid, f.conname",
                  names_of("f.conrelid", "f.conkey"), names_of("f.confrelid", "f.confkey")),
      {fmt::format("{{{}}}", fmt::join(oids, ","))});
  std::vector<ForeignKeyCheck> checks;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto child = rows.array(r, 3), parent = rows.array(r, 4);
    std::string present, equal;
    for (std::size_t i = 0; i < child.size(); ++i) {
      present += fmt::format("c.{} IS NOT NULL AND ", child[i]);
      equal += fmt::format("{}p.{} = c.{}", i == 0 ? "" : " AND ", parent[i], child[i]);
    }
    checks.push_back({rows.string(r, 0), rows.string(r, 1), rows.string(r, 2),
                      fmt::format("SELECT count(*) FROM {}{} c WHERE {}NOT EXISTS (SELECT FROM {}{} p WHERE {})",
                                  rows.boolean(r, 5) ? "ONLY " : "", rows.text(r, 1), present,
                                  rows.boolean(r, 6) ? "ONLY " : "", rows.text(r, 2), equal)});
  }
  return checks;
}

base::Status verify(postgres::Session& session, const ForeignKeyCheck& check) {
  const auto orphans = session.query(check.sql).integer(0, 0);
  if (orphans == 0) return base::success();
  return base::usage_error(
      fmt::format("{} rows of {} refer to no row of {} (foreign key {})",
                  base::format_count(static_cast<std::uint64_t>(orphans)), check.child, check.parent, check.name),
      fmt::format("ask for rows of both {} and {} in the scenario, so that both are made together", check.child,
                  check.parent));
}

std::vector<std::string> refresh_views(postgres::Session& session) {
  const auto rows = session.query(
      fmt::format("SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                  "WHERE c.relkind = 'm' AND c.relispopulated AND {} ORDER BY c.oid",
                  kOfUser));
  std::vector<std::string> notices;
  for (std::size_t r = 0; r < rows.size(); ++r)
    if (const auto failure = session.attempt(fmt::format("REFRESH MATERIALIZED VIEW {}", rows.text(r, 0))))
      notices.push_back(
          fmt::format("materialized view {} could not be refreshed: {}", rows.text(r, 0), failure->summary()));
  return notices;
}

}  // namespace pgrehearse::populate
