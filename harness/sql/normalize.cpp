#include "harness/sql/normalize.hpp"

#include <pg_query.h>

#include <optional>
#include <set>

#include "harness/sql/syntax_tree.hpp"

namespace pgrehearse::sql {
namespace {

using Outcome = Normalized::Outcome;

std::optional<std::string> without_constants(const std::string& statement) {
  const PgQueryNormalizeResult result = pg_query_normalize(statement.c_str());
  std::optional<std::string> text;
  if (result.error == nullptr) text = result.normalized_query;
  pg_query_free_normalize_result(result);
  return text;
}

// The text made anew from the parse tree, which has neither comments nor a way of writing.
std::optional<std::string> rewritten(const std::string& statement) {
  const PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(statement.c_str());
  std::optional<std::string> text;
  if (parsed.error == nullptr) {
    const PgQueryDeparseResult result = pg_query_deparse_protobuf(parsed.parse_tree);
    if (result.error == nullptr) text = result.query;
    pg_query_free_deparse_result(result);
  }
  pg_query_free_protobuf_parse_result(parsed);
  return text;
}

// Calls `visit` with kind and content of each node.
template <class Visit>
void walk(SyntaxNode node, const Visit& visit) {
  for (const auto& [kind, content] : node.members()) {
    visit(kind, content);
    walk(content, visit);
  }
  for (const SyntaxNode& item : node.items()) walk(item, visit);
}

// Whole numbers alone may stay, for what they are where they stay: positions and lengths.
bool holds_constants(SyntaxNode statement) {
  bool found = false;
  walk(statement, [&](const std::string& kind, SyntaxNode node) {
    if (kind == "A_Const") found = found || node["sval"] || node["fval"] || node["bsval"];
  });
  return found;
}

bool makes_a_table(SyntaxNode statement) {
  bool found = false;
  walk(statement, [&](const std::string& kind, SyntaxNode) { found = found || kind == "intoClause"; });
  return found;
}

bool is_catalog(SyntaxNode relation, const std::set<std::string>& queries) {
  const std::string schema = relation.text("schemaname");
  const std::string name = relation.text("relname");
  if (name.starts_with("pg_stat_statements")) return true;  // in whichever schema the extension is
  if (!schema.empty()) return schema.starts_with("pg_") || schema == "information_schema";
  return name.starts_with("pg_") || queries.count(name) > 0;
}

// SELECT pg_stat_reset(): of no table, but not without consequences.
bool calls_the_system(SyntaxNode statement) {
  bool found = false;
  walk(statement, [&](const std::string& kind, SyntaxNode node) {
    if (kind != "FuncCall") return;
    const auto names = node.items("funcname");
    const bool qualified = names.size() == 2 && names.front()["String"].text("sval") == "pg_catalog";
    found = found || qualified || last_name(names).starts_with("pg_");
  });
  return found;
}

bool reads_catalogs_only(SyntaxNode statement) {
  std::set<std::string> queries;  // of WITH
  walk(statement, [&](const std::string&, SyntaxNode node) { queries.insert(node.text("ctename")); });
  bool any = false, all = true;
  walk(statement, [&](const std::string&, SyntaxNode node) {
    if (!node["relname"]) return;
    any = true;
    all = all && is_catalog(node, queries);
  });
  return any ? all : calls_the_system(statement);
}

Outcome outcome_of(const SyntaxTree& tree) {
  const SyntaxNode statement = tree.statement();
  if (!statement) return Outcome::unreadable;
  if (statement["TransactionStmt"]) return Outcome::transaction;
  const bool data =
      statement["SelectStmt"] || statement["InsertStmt"] || statement["UpdateStmt"] || statement["DeleteStmt"];
  if (!data || makes_a_table(statement)) return Outcome::utility;
  return reads_catalogs_only(statement) ? Outcome::catalog : Outcome::data;
}

}  // namespace

Normalized normalize(const std::string& statement) {
  const auto bare = without_constants(statement);
  auto tree = bare ? SyntaxTree::parse(*bare) : std::nullopt;
  if (!tree) tree = SyntaxTree::parse(statement);  // DO $1 is no SQL
  if (!tree) return {};
  const Outcome outcome = outcome_of(*tree);
  if (outcome != Outcome::data) return {outcome, {}};
  auto text = bare ? rewritten(*bare) : std::nullopt;
  const auto again = text ? SyntaxTree::parse(*text) : std::nullopt;
  if (!again || outcome_of(*again) != Outcome::data || holds_constants(again->statement())) return {};
  return {Outcome::data, std::move(*text)};
}

}  // namespace pgrehearse::sql
