#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/sql/parameter_reader.hpp"

namespace pgrehearse::sql {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string type_name(SyntaxNode type) {
  std::string name = last_name(type.items("names"));
  if (type["arrayBounds"]) name += "[]";
  return name;
}

// Functions that act when they are called, or wait.
bool acts(const std::string& function) {
  static constexpr std::array<std::string_view, 7> names{"nextval",   "setval",  "currval",     "set_config",
                                                         "lo_create", "lo_open", "query_to_xml"};
  return function.starts_with("pg_") || function.starts_with("dblink") || is_one_of(function, names);
}

std::optional<Role> role_of(std::string_view name) {
  static constexpr std::array<std::string_view, 6> same{"=", "<>", "!=", "@>", "<@", "&&"};
  if (is_one_of(name, same)) return Role::equal;
  if (name == ">" || name == ">=") return Role::above;
  if (name == "<" || name == "<=") return Role::below;
  return {};
}

Role mirrored(Role role) {
  if (role == Role::above) return Role::below;
  return role == Role::below ? Role::above : role;
}

}  // namespace

ParameterReader::Context ParameterReader::anything(Role role, std::string what) {
  Context context;
  context.role = role;
  context.what = std::move(what);
  return context;
}

void ParameterReader::expressions(const Nodes& nodes, const Scope& scope, const Context& context) {
  for (const SyntaxNode node : nodes) expression(node, scope, context);
}

void ParameterReader::record(SyntaxNode parameter, const Context& context) {
  const auto number = static_cast<int>(parameter.number("number"));
  const auto offset = parameter.number("location");
  out_.places.push_back({offset, 1 + std::to_string(number).size(), number});
  Parameter found = context;
  found.number = number;
  const auto known = std::find_if(out_.parameters.begin(), out_.parameters.end(),
                                  [&](const Parameter& each) { return each.number == number; });
  if (known == out_.parameters.end()) {
    out_.parameters.push_back(std::move(found));
  } else if (context.role < known->role) {  // the roles stand in order of what they tell
    *known = std::move(found);
  }
}

std::optional<ParameterReader::Context> ParameterReader::column(SyntaxNode node, const Scope& scope) const {
  if (const SyntaxNode cast = node["TypeCast"]) return column(cast["arg"], scope);
  if (const SyntaxNode collated = node["CollateClause"]) return column(collated["arg"], scope);
  if (const SyntaxNode call = node["FuncCall"]) return column_through(call, scope);
  if (const SyntaxNode coalesced = node["CoalesceExpr"]) return first_column(coalesced.items("args"), scope);
  const SyntaxNode reference = node["ColumnRef"];
  if (!reference) return {};
  const auto fields = reference.items("fields");
  Context context;
  context.column = last_name(fields);
  if (context.column.empty()) return {};
  if (fields.size() == 1) {
    for (const Scope* level = &scope; level; level = level->outer) {
      context.tables.insert(context.tables.end(), level->all.begin(), level->all.end());
    }
  } else if (const Tables* tables = scope.find(fields[fields.size() - 2]["String"].text("sval"))) {
    context.tables = *tables;
  }
  if (context.tables.empty()) return {};
  return context;
}

std::optional<ParameterReader::Context> ParameterReader::column_through(SyntaxNode call, const Scope& scope) const {
  const auto arguments = call.items("args");
  if (arguments.size() != 1) return {};
  auto context = column(arguments[0], scope);
  const std::string name = last_name(call.items("funcname"));
  static constexpr std::array<std::string_view, 3> texts{"lower", "upper", "btrim"};
  if (context && !is_one_of(name, texts)) return {};
  if (context) context->function = name;
  return context;
}

std::optional<ParameterReader::Context> ParameterReader::first_column(const Nodes& list, const Scope& scope) const {
  for (const SyntaxNode item : list) {
    if (auto found = column(item, scope)) return found;
  }
  return {};
}

void ParameterReader::expression(SyntaxNode node, const Scope& scope, const Context& context) {
  if (node.is_list()) return expressions(node.items(), scope, context);
  if (const SyntaxNode parameter = node["ParamRef"]) return record(parameter, context);
  if (const SyntaxNode cast = node["TypeCast"]) return this->cast(cast, scope, context);
  if (const SyntaxNode operation = node["A_Expr"]) return this->operation(operation, scope, context);
  if (const SyntaxNode call = node["FuncCall"]) return this->call(call, scope, context);
  if (const SyntaxNode choice = node["CaseExpr"]) return this->choice(choice, scope, context);
  if (const SyntaxNode link = node["SubLink"]) return sublink(link, scope);
  if (const SyntaxNode list = node["CoalesceExpr"]) return alike(list.items("args"), scope, context);
  if (const SyntaxNode list = node["MinMaxExpr"]) return alike(list.items("args"), scope, context);
  if (const SyntaxNode select = node["SelectStmt"]) return this->select(select, &scope, {});
  if (const SyntaxNode list = node["List"]) return expressions(list.items("items"), scope, context);
  if (const auto row = node["RowExpr"]) return expressions(row.items("args"), scope, context);
  if (const SyntaxNode collated = node["CollateClause"]) return expression(collated["arg"], scope, context);
  for (const auto& [kind, content] : node.members()) expression(content, scope, inner(kind, context));
}

// Below a node of its own kind a parameter means something else than the whole.
ParameterReader::Context ParameterReader::inner(const std::string& kind, const Context& context) {
  if (kind == "BoolExpr" || kind == "NullTest" || kind == "BooleanTest") return condition();
  if (kind == "A_Indirection") return anything(Role::constant, "an index");
  return context;
}

void ParameterReader::cast(SyntaxNode cast, const Scope& scope, const Context& context) {
  Context typed = context;
  typed.type = type_name(cast["typeName"]);
  if (context.role == Role::step) typed.role = Role::free;
  expression(cast["arg"], scope, typed);
}

// Things of one kind: the columns among them tell of the others.
void ParameterReader::alike(const Nodes& list, const Scope& scope, const Context& context) {
  const auto found = first_column(list, scope);
  Context here = found ? found->with(Role::equal) : context;
  here.nested = true;
  expressions(list, scope, here);
}

void ParameterReader::choice(SyntaxNode choice, const Scope& scope, const Context& context) {
  const SyntaxNode tested = choice["arg"];
  const auto found = column(tested, scope);
  const Context expected = found ? found->with(Role::equal) : condition();
  expression(tested, scope, anything(Role::free, "what CASE tests"));
  Context result = context;
  result.nested = true;
  for (const SyntaxNode item : choice.items("args")) {
    const SyntaxNode when = item["CaseWhen"];
    expression(when["expr"], scope, expected);
    expression(when["result"], scope, result);
  }
  expression(choice["defresult"], scope, result);
}

void ParameterReader::sublink(SyntaxNode link, const Scope& scope) {
  const auto found = column(link["testexpr"], scope);
  expression(link["testexpr"], scope, anything(Role::unknown, "compared with the result of a subquery"));
  const std::vector<Context> outputs(found ? 1 : 0, found ? found->with(Role::equal) : Context{});
  select(link["subselect"]["SelectStmt"], &scope, outputs);
}

void ParameterReader::call(SyntaxNode call, const Scope& scope, const Context& context) {
  const std::string name = last_name(call.items("funcname"));
  const auto arguments = call.items("args");
  const Context argument = anything(acts(name) ? Role::unknown : Role::free, fmt::format("an argument of {}()", name));
  static constexpr std::array<std::string_view, 6> same{"lower", "upper", "btrim", "trim", "nullif", "to_jsonb"};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Context here = is_one_of(name, same) && !context.column.empty() ? context : argument;
    if (i == 0 && name == "extract") here = anything(Role::field, "");
    if (i == 0 && (name == "date_trunc" || name == "date_part")) here = anything(Role::unit, "");
    expression(arguments[i], scope, here);
  }
  for (const char* part : {"agg_order", "over"}) {
    expression(call[part], scope, anything(Role::unknown, "a position or part of an order"));
  }
  expression(call["agg_filter"], scope, condition());
}

void ParameterReader::operation(SyntaxNode node, const Scope& scope, const Context& context) {
  const std::string kind = node.text("kind"), name = last_name(node.items("name"));
  const SyntaxNode left = node["lexpr"];
  const SyntaxNode right = node["rexpr"];
  if (kind == "AEXPR_IN") return compare_list(left, right["List"].items("items"), scope);
  if (kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL") return compare_array(name, left, right, scope);
  if (kind == "AEXPR_BETWEEN" || kind == "AEXPR_BETWEEN_SYM" || kind.starts_with("AEXPR_NOT_BETWEEN")) {
    const auto bounds = right["List"].items("items");
    compare(left, bounds[0], Role::above, scope);
    return compare(left, bounds[1], Role::below, scope);
  }
  if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE") return compare(left, right, Role::like, scope);
  if (kind == "AEXPR_NULLIF") return alike({left, right}, scope, context);
  if (kind == "AEXPR_SIMILAR") return compare(left, right, Role::free, scope, "a pattern of SIMILAR TO");
  if (name.starts_with("~") || name.starts_with("!~"))
    return compare(left, right, Role::regex, scope, "a regular expression");
  const auto role = role_of(name);
  if (role) return compare_rows(left, right, *role, scope);
  arithmetic(name, left, right, scope, context);
}

void ParameterReader::compare_rows(SyntaxNode left, SyntaxNode right, Role role, const Scope& scope) {
  const auto ours = left["RowExpr"].items("args");
  const auto theirs = right["RowExpr"].items("args");
  if (ours.empty() || ours.size() != theirs.size()) return compare(left, right, role, scope);
  for (std::size_t i = 0; i < ours.size(); ++i) compare(ours[i], theirs[i], role, scope);
}

void ParameterReader::compare(SyntaxNode left, SyntaxNode right, Role role, const Scope& scope,
                              const std::string& what) {
  const auto ours = column(left, scope), theirs = column(right, scope);
  const bool constants = left["ParamRef"] && right["ParamRef"];
  const Context otherwise = constants ? anything(Role::constant, "compared with a constant")
                                      : anything(Role::free, "compared with an expression");
  Context for_right = ours ? ours->with(role) : otherwise, for_left = theirs ? theirs->with(mirrored(role)) : otherwise;
  if (!what.empty()) for_right.what = for_left.what = what;
  expression(left, scope, for_left);
  expression(right, scope, for_right);
}

void ParameterReader::compare_list(SyntaxNode left, const Nodes& list, const Scope& scope) {
  const auto parts = left["RowExpr"].items("args");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto row = list[i]["RowExpr"].items("args");
    if (parts.empty() || parts.size() != row.size()) {
      element(left, list[i], i, scope);
    } else {
      for (std::size_t c = 0; c < parts.size(); ++c) element(parts[c], row[c], i, scope);
    }
  }
  expression(left, scope, anything(Role::unknown, "looked for in a list"));
}

void ParameterReader::element(SyntaxNode of, SyntaxNode value, std::size_t row, const Scope& scope) {
  auto context = column(of, scope);
  if (!context) return expression(value, scope, anything(Role::free, "compared with an expression"));
  context->row = row;
  expression(value, scope, context->with(Role::element));
}

void ParameterReader::compare_array(const std::string& name, SyntaxNode left, SyntaxNode right, const Scope& scope) {
  const auto found = column(left, scope);
  const bool list = found && (name == "=" || name == "<>");
  expression(left, scope, anything(Role::unknown, "looked for in an array"));
  if (const SyntaxNode array = right["A_ArrayExpr"]; array && list)
    return compare_list(left, array.items("elements"), scope);
  expression(right, scope, list ? found->with(Role::array) : anything(Role::free, "an array"));
}

void ParameterReader::arithmetic(const std::string& name, SyntaxNode left, SyntaxNode right, const Scope& scope,
                                 const Context& context) {
  static constexpr std::array<std::string_view, 5> numbers{"+", "-", "*", "/", "%"};
  Context here = anything(Role::free, fmt::format("an operand of {}", name));
  if (is_one_of(name, numbers)) {
    for (const SyntaxNode side : {left, right}) {
      if (const auto found = column(side, scope)) here = found->with(Role::step);
    }
  } else if (name == "||" && !context.column.empty()) {
    here = context;
  } else if (name.starts_with("->") || name.starts_with("#") || name.starts_with("?")) {
    here = anything(Role::free, "a key of a JSON value");
  }
  expression(left, scope, here);
  expression(right, scope, here);
}

}  // namespace pgrehearse::sql
