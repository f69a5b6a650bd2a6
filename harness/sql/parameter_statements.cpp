#include <algorithm>

#include "harness/sql/parameter_reader.hpp"

namespace pgrehearse::sql {

void ParameterReader::statement(SyntaxNode node, const Scope* outer) {
  if (const SyntaxNode found = node["SelectStmt"]) select(found, outer, {});
  if (const SyntaxNode found = node["InsertStmt"]) insert(found, outer);
  if (const SyntaxNode found = node["UpdateStmt"]) update(found, outer);
  if (const SyntaxNode found = node["DeleteStmt"]) remove(found, outer);
}

void ParameterReader::select(SyntaxNode node, const Scope* outer, const std::vector<Context>& outputs) {
  Scope scope{outer};
  with(node, scope);
  if (node["larg"]) {
    select(node["larg"], &scope, outputs);
    select(node["rarg"], &scope, outputs);
  }
  for (const SyntaxNode item : node.items("fromClause")) from(item, scope);
  std::size_t row = 0;
  for (const SyntaxNode values : node.items("valuesLists")) {
    results(values["List"].items("items"), scope, outputs, row++);
  }
  results(node.items("targetList"), scope, outputs, 0);
  expression(node["whereClause"], scope, condition());
  for (const char* part : {"distinctClause", "groupClause", "sortClause", "windowClause"}) {
    expression(node[part], scope, anything(Role::unknown, "a position or part of an order"));
  }
  expression(node["havingClause"], scope, condition());
  expression(node["limitCount"], scope, anything(Role::limit, ""));
  expression(node["limitOffset"], scope, anything(Role::offset, ""));
}

void ParameterReader::results(const Nodes& list, const Scope& scope, const std::vector<Context>& outputs,
                              std::size_t row) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const SyntaxNode target = list[i]["ResTarget"];
    Context context = i < outputs.size() ? outputs[i] : anything(Role::constant, "a result of its own");
    context.row = row;
    expression(target ? target["val"] : list[i], scope, context);
  }
}

void ParameterReader::insert(SyntaxNode node, const Scope* outer) {
  Scope scope{outer};
  with(node, scope);
  const std::size_t target = table(node["relation"], scope);
  const auto names = node.items("cols");
  const std::size_t columns = names.empty() ? 1600 : names.size();  // PostgreSQL's limit
  std::vector<Context> outputs(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    outputs[i].role = Role::inserted;
    outputs[i].tables = {target};
    outputs[i].position = i;
    if (!names.empty()) outputs[i].column = names[i]["ResTarget"].text("name");
  }
  if (const SyntaxNode source = node["selectStmt"]["SelectStmt"]) select(source, &scope, outputs);
  const SyntaxNode conflict = node["onConflictClause"];
  assignments(conflict.items("targetList"), scope, target);
  expression(conflict["whereClause"], scope, condition());
  results(node.items("returningList"), scope, {}, 0);
}

void ParameterReader::update(SyntaxNode node, const Scope* outer) {
  Scope scope{outer};
  const std::size_t target = table(node["relation"], scope);
  with(node, scope);
  for (const SyntaxNode item : node.items("fromClause")) from(item, scope);
  assignments(node.items("targetList"), scope, target);
  expression(node["whereClause"], scope, condition());
  results(node.items("returningList"), scope, {}, 0);
}

void ParameterReader::remove(SyntaxNode node, const Scope* outer) {
  Scope scope{outer};
  table(node["relation"], scope);
  with(node, scope);
  for (const SyntaxNode item : node.items("usingClause")) from(item, scope);
  expression(node["whereClause"], scope, condition());
  results(node.items("returningList"), scope, {}, 0);
}

void ParameterReader::assignments(const Nodes& list, const Scope& scope, std::size_t target) {
  for (const SyntaxNode item : list) {
    const SyntaxNode assignment = item["ResTarget"];
    Context context = anything(Role::assigned, "");
    context.tables = {target};
    context.column = assignment.text("name");
    SyntaxNode value = assignment["val"];
    if (const SyntaxNode several = value["MultiAssignRef"]) {
      const SyntaxNode source = several["source"];
      const auto row = source["RowExpr"].items("args");
      const std::size_t at = several.number("colno", 1) - 1;
      value = at < row.size() ? row[at] : source;
    }
    expression(value, scope, context);
  }
}

void ParameterReader::with(SyntaxNode node, Scope& scope) {
  for (const SyntaxNode item : node["withClause"].items("ctes")) {
    const SyntaxNode query = item["CommonTableExpr"];
    const std::size_t first = out_.tables.size();
    statement(query["ctequery"], &scope);
    scope.names[query.text("ctename")] = tables_since(first);
  }
}

void ParameterReader::from(SyntaxNode item, Scope& scope) {
  if (const SyntaxNode relation = item["RangeVar"]) {
    table(relation, scope);
  } else if (const SyntaxNode join = item["JoinExpr"]) {
    from(join["larg"], scope);
    from(join["rarg"], scope);
    expression(join["quals"], scope, condition());
  } else if (const SyntaxNode query = item["RangeSubselect"]) {
    const std::size_t first = out_.tables.size();
    select(query["subquery"]["SelectStmt"], &scope, {});
    add_names(query, tables_since(first), "", scope);
  } else {
    expression(item, scope, anything(Role::free, "an argument of a function in FROM"));
  }
}

std::size_t ParameterReader::table(SyntaxNode relation, Scope& scope) {
  const std::string schema = relation.text("schemaname"), name = relation.text("relname");
  const Tables* query = schema.empty() ? scope.find(name) : nullptr;
  if (query && !query->empty() && is_query(name, scope)) {
    const Tables tables = *query;
    add_names(relation, tables, name, scope);
    return tables.front();
  }
  out_.tables.push_back({schema, name});
  add_names(relation, {out_.tables.size() - 1}, name, scope);
  return out_.tables.size() - 1;
}

// A name of WITH, rather than a table that stands here under its own name for the second time.
bool ParameterReader::is_query(const std::string& name, const Scope& scope) const {
  const Tables* tables = scope.find(name);
  return std::none_of(tables->begin(), tables->end(), [&](std::size_t t) { return out_.tables[t].name == name; });
}

void ParameterReader::add_names(SyntaxNode item, const Tables& tables, const std::string& name, Scope& scope) {
  const std::string alias = item["alias"].text("aliasname", name.c_str());
  scope.names[alias] = tables;
  scope.all.insert(scope.all.end(), tables.begin(), tables.end());
}

ParameterReader::Tables ParameterReader::tables_since(std::size_t first) const {
  Tables tables;
  for (std::size_t i = first; i < out_.tables.size(); ++i) tables.push_back(i);
  return tables;
}

}  // namespace pgrehearse::sql
