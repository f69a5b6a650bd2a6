// Which statements refuse a transaction: the callers of PreventInTransactionBlock in PostgreSQL's source (18).
#include <pg_query.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/sql/split.hpp"
#include "harness/sql/split_lexer.hpp"

namespace pgrehearse::sql {
namespace {

using nlohmann::json;

bool has_option(const json& node, const char* list, std::string_view option) {
  const auto options = node.find(list);
  return options != node.end() && std::ranges::any_of(*options, [&](const json& item) {
           return item.contains("DefElem") && item["DefElem"].value("defname", "") == option;
         });
}

bool detaches_concurrently(const json& alter_table) {
  const json commands = alter_table.value("cmds", json::array());
  return std::ranges::any_of(commands, [](const json& command) {
    const json::json_pointer partition("/AlterTableCmd/def/PartitionCmd/concurrent");
    return command.contains(partition) && command[partition] == true;
  });
}

bool reindexes_outside(const json& node) {
  const std::string kind = node.value("kind", "");
  return kind == "REINDEX_OBJECT_SCHEMA" || kind == "REINDEX_OBJECT_SYSTEM" || kind == "REINDEX_OBJECT_DATABASE" ||
         has_option(node, "params", "concurrently");
}

bool refuses_transaction(const std::string& type, const json& node) {
  static constexpr std::array always{"CreatedbStmt",        "DropdbStmt",      "CreateTableSpaceStmt",
                                     "DropTableSpaceStmt",  "AlterSystemStmt", "CreateSubscriptionStmt",
                                     "DropSubscriptionStmt"};
  if (std::ranges::find(always, type) != always.end()) return true;
  if (type == "IndexStmt" || type == "DropStmt") return node.value("concurrent", false);
  if (type == "ReindexStmt") return reindexes_outside(node);
  if (type == "VacuumStmt") return node.value("is_vacuumcmd", false);
  if (type == "AlterTableStmt") return detaches_concurrently(node);
  if (type == "AlterDatabaseStmt") return has_option(node, "options", "tablespace");
  if (type == "ClusterStmt") return !node.contains("relation");
  if (type == "DiscardStmt") return node.value("target", "") == "DISCARD_ALL";
  return false;
}

StatementKind transaction_kind(const std::string& kind) {
  if (kind == "TRANS_STMT_BEGIN" || kind == "TRANS_STMT_START") return StatementKind::begin;
  if (kind == "TRANS_STMT_COMMIT" || kind == "TRANS_STMT_PREPARE") return StatementKind::commit;
  if (kind == "TRANS_STMT_ROLLBACK") return StatementKind::rollback;
  if (kind == "TRANS_STMT_COMMIT_PREPARED" || kind == "TRANS_STMT_ROLLBACK_PREPARED") {
    return StatementKind::outside_transaction;
  }
  return StatementKind::savepoint;
}

StatementKind kind_of(const std::string& type, const json& node) {
  if (type == "TransactionStmt") return transaction_kind(node.value("kind", ""));
  if (type == "DoStmt" || type == "CallStmt") return StatementKind::may_commit;
  if (type == "VariableSetStmt") return StatementKind::setting;
  return refuses_transaction(type, node) ? StatementKind::outside_transaction : StatementKind::plain;
}

// Data statements run in any transaction, and their parse trees can be a hundred megabytes: not worth parsing.
bool is_data_statement(std::string_view statement) {
  static constexpr std::array words{"insert", "update", "delete", "select", "with", "copy", "values", "merge"};
  std::string word(statement.empty() ? std::string_view{} : token_at(statement, 0).text);
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

StatementKind classify(const std::string& statement) {
  if (is_data_statement(statement)) return StatementKind::plain;
  const PgQueryParseResult result = pg_query_parse(statement.c_str());
  StatementKind kind = StatementKind::unknown;
  if (result.error == nullptr) {
    const json tree = json::parse(result.parse_tree);
    const json& parsed = tree.at("stmts");
    if (parsed.size() == 1) {
      const json& node = parsed[0].at("stmt");
      kind = kind_of(node.begin().key(), node.begin().value());
    }
  }
  pg_query_free_parse_result(result);
  return kind;
}

}  // namespace pgrehearse::sql
