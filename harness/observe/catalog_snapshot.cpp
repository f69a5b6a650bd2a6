#include "harness/observe/catalog_snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "harness/observe/catalog_queries.hpp"

namespace pgrehearse::observe {
namespace {

using Oid = std::int64_t;
using Address = std::tuple<Oid, Oid, Oid>;  // classid, objid, subid

constexpr std::size_t fixed_columns = 6;

struct Found {
  CatalogSnapshot::Key key;
  CatalogObject object;
  Address address;
  Oid relation = 0;
};

Found read_object(const postgres::Rows& rows, std::size_t row, int rank) {
  Found found;
  found.address = {rows.integer(row, 0), rows.integer(row, 1), rows.integer(row, 2)};
  found.relation = rows.integer(row, 3);
  found.key = {rank, rows.string(row, 4), rows.string(row, 5)};
  for (std::size_t column = fixed_columns; column < rows.columns(); ++column) {
    if (rows.null(row, column)) continue;
    const std::string name = rows.column_name(column);
    if (name == "position") {
      found.object.position = static_cast<int>(rows.integer(row, column));
    } else {
      found.object.attributes[name] = rows.string(row, column);
    }
  }
  return found;
}

std::vector<Found> read_objects(postgres::Session& session) {
  std::vector<Found> objects;
  int rank = 0;
  for (const auto& queries : {database_queries(session.server_version()), relation_queries(session.server_version()),
                              routine_and_type_queries(session.server_version())}) {
    for (const std::string& query : queries) {
      const auto rows = session.query(query);
      for (std::size_t row = 0; row < rows.size(); ++row) objects.push_back(read_object(rows, row, rank));
      ++rank;
    }
  }
  return objects;
}

std::map<Address, std::string> read_comments(postgres::Session& session) {
  std::map<Address, std::string> comments;
  const auto rows = session.query(
      "SELECT classoid, objoid, objsubid, description FROM pg_description "
      "WHERE objoid >= 16384 OR classoid = 'pg_namespace'::regclass");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    comments[{rows.integer(row, 0), rows.integer(row, 1), rows.integer(row, 2)}] = rows.string(row, 3);
  }
  return comments;
}

// Members of extensions; functions and casts that come and go with a type (of ranges); the excluded tables.
std::set<std::pair<Oid, Oid>> read_excluded(postgres::Session& session, const std::vector<std::string>& tables) {
  std::string names;
  for (const std::string& table : tables) names += (names.empty() ? "" : ", ") + postgres::quote_literal(table);
  std::string sql =
      "SELECT classid, objid FROM pg_depend WHERE deptype = 'e' "
      "OR deptype = 'i' AND classid IN ('pg_proc'::regclass, 'pg_cast'::regclass)";
  if (!names.empty()) {
    sql += fmt::format(
        " UNION ALL SELECT 'pg_class'::regclass, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relname IN ({0}) OR n.nspname || '.' || c.relname IN ({0})",
        names);
  }
  std::set<std::pair<Oid, Oid>> excluded;
  const auto rows = session.query(sql);
  for (std::size_t row = 0; row < rows.size(); ++row) excluded.emplace(rows.integer(row, 0), rows.integer(row, 1));
  return excluded;
}

Oid relation_class(postgres::Session& session) {
  return session.query("SELECT 'pg_class'::regclass::oid").integer(0, 0);
}

CatalogSnapshot assemble(std::vector<Found> found, const std::map<Address, std::string>& comments,
                         const std::set<std::pair<Oid, Oid>>& excluded, Oid pg_class) {
  std::map<Oid, CatalogSnapshot::Key> relations;
  for (const Found& object : found) {
    const auto& [classid, objid, subid] = object.address;
    if (classid == pg_class && subid == 0) relations[objid] = object.key;
  }
  CatalogSnapshot snapshot;
  for (Found& object : found) {
    const auto& [classid, objid, subid] = object.address;
    if (excluded.contains({classid, objid}) || excluded.contains({pg_class, object.relation})) continue;
    const auto comment = comments.find(object.address);
    if (comment != comments.end()) object.object.attributes["comment"] = comment->second;
    const auto parent = relations.find(object.relation);
    if (parent != relations.end()) {
      object.object.parent_kind = parent->second.kind;
      object.object.parent_name = parent->second.name;
    }
    snapshot.objects.emplace(std::move(object.key), std::move(object.object));
  }
  return snapshot;
}

}  // namespace

base::Result<CatalogSnapshot> take_catalog_snapshot(postgres::Session& session,
                                                    const std::vector<std::string>& excluded_tables) {
  try {
    session.query(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''; SET LOCAL lock_timeout = '30s'; "
        "SET LOCAL jit = off");
    auto found = read_objects(session);
    const auto comments = read_comments(session);
    const auto excluded = read_excluded(session, excluded_tables);
    CatalogSnapshot snapshot = assemble(std::move(found), comments, excluded, relation_class(session));
    session.query("COMMIT");
    return snapshot;
  } catch (const postgres::Failure& failure) {
    (void)session.attempt("ROLLBACK");
    return postgres::to_error(failure, "reading the catalog");
  }
}

}  // namespace pgrehearse::observe
