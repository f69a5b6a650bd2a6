#include "harness/sql/check_constraint.hpp"

#include <fmt/format.h>
#include <pg_query.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <type_traits>

namespace pgrehearse::sql {
namespace {

using Node = nlohmann::json;
using Subject = CheckTerm::Subject;
using Relation = CheckTerm::Relation;
using Terms = std::vector<CheckTerm>;

constexpr std::string_view kSelect = "SELECT ";

template <class T>
void add_once(std::vector<T>& list, const std::type_identity_t<T>& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

// A node is an object with one member, its kind.
const Node* as(const Node& node, const char* kind) {
  const auto found = node.find(kind);
  return found == node.end() ? nullptr : &*found;
}

const Node& child(const Node& node, const char* name) {
  static const Node none = Node::object();
  const auto found = node.find(name);
  return found == node.end() ? none : *found;
}

const Node& without_casts(const Node& node) {
  const Node* cast = as(node, "TypeCast");
  return cast ? without_casts(child(*cast, "arg")) : node;
}

std::string last_name(const Node& names) {
  if (names.empty()) return {};
  return child(names.back(), "String").value("sval", "");
}

// The text of a number at its place in the source: libpg_query 15 prints no integer below 1 in its JSON.
std::string number_at(std::string_view source, std::size_t location) {
  std::string text;
  for (; location < source.size(); ++location) {
    const char c = source[location];
    if (c == ' ' || (c == '+' && text.empty())) continue;
    if (!(c >= '0' && c <= '9') && !(c == '-' && text.empty())) break;
    text += c;
  }
  return text;
}

class Reader {
 public:
  Reader(std::string_view source, CheckExpression& out) : source_(source), out_(out) {}

  void read(const Node& expression) {
    out_.terms = conjunction(expression);
    collect(expression);
  }

 private:
  std::optional<std::string> constant(const Node& node) const {
    const Node* value = as(without_casts(node), "A_Const");
    if (!value || value->contains("isnull")) return std::nullopt;
    if (const Node* text = as(*value, "sval")) return text->value("sval", "");
    if (const Node* fraction = as(*value, "fval")) return fraction->value("fval", "");
    if (const Node* truth = as(*value, "boolval")) return truth->value("boolval", false) ? "true" : "false";
    return number_at(source_, value->value("location", std::size_t{0}));
  }

  std::optional<std::string> column(const Node& node) const {
    const Node* reference = as(without_casts(node), "ColumnRef");
    if (!reference) return std::nullopt;
    const std::string name = last_name(child(*reference, "fields"));
    return name.empty() ? std::nullopt : std::optional(name);
  }

  // A column, or the length of one. The relation is for the caller to set.
  std::optional<CheckTerm> subject(const Node& node) const {
    if (auto name = column(node)) return CheckTerm{*name, Subject::value, {}, {}};
    const Node* call = as(without_casts(node), "FuncCall");
    if (!call || !call->contains("args")) return std::nullopt;
    const std::string function = last_name(child(*call, "funcname"));
    const auto name = column(untrimmed(child(*call, "args")[0]));
    if (!name) return std::nullopt;
    if (function == "length" || function == "char_length" || function == "character_length")
      return CheckTerm{*name, Subject::characters, {}, {}};
    if (function == "octet_length") return CheckTerm{*name, Subject::bytes, {}, {}};
    if (function == "cardinality" || function == "array_length") return CheckTerm{*name, Subject::elements, {}, {}};
    return std::nullopt;
  }

  // length(btrim(x)): values that neither begin nor end with blanks are as long either way.
  const Node& untrimmed(const Node& node) const {
    const Node* call = as(without_casts(node), "FuncCall");
    const bool trims = call && call->contains("args") && last_name(child(*call, "funcname")).ends_with("trim");
    return trims ? child(*call, "args")[0] : node;
  }

  Terms conjunction(const Node& node) const {
    if (const Node* boolean = as(node, "BoolExpr")) {
      const std::string kind = boolean->value("boolop", "");
      const Node& parts = child(*boolean, "args");
      if (kind == "OR_EXPR") return alternatives(parts);
      if (kind == "NOT_EXPR") return truth(parts[0], "false");
      Terms all;
      for (const Node& part : parts)
        for (CheckTerm& term : conjunction(part)) all.push_back(std::move(term));
      return all;
    }
    if (const Node* operation = as(node, "A_Expr")) return comparison(*operation);
    if (const Node* test = as(node, "NullTest")) return null_test(*test);
    if (const Node* test = as(node, "BooleanTest")) return boolean_test(*test);
    return truth(node, "true");
  }

  Terms truth(const Node& node, const char* value) const {
    const auto name = column(node);
    if (!name) return {};
    return {{*name, Subject::value, Relation::one_of, {value}}};
  }

  Terms null_test(const Node& test) const {
    const auto name = column(child(test, "arg"));
    if (!name) return {};
    const bool is_null = test.value("nulltesttype", "") == "IS_NULL";
    return {{*name, Subject::value, is_null ? Relation::null : Relation::not_null, {}}};
  }

  Terms boolean_test(const Node& test) const {
    const std::string kind = test.value("booltesttype", "");
    const bool wants_true = kind == "IS_TRUE" || kind == "IS_NOT_FALSE";
    const bool wants_false = kind == "IS_FALSE" || kind == "IS_NOT_TRUE";
    Terms terms;
    if (wants_true || wants_false) terms = truth(child(test, "arg"), wants_true ? "true" : "false");
    if (!terms.empty() && (kind == "IS_TRUE" || kind == "IS_FALSE"))
      terms.push_back({terms[0].column, Subject::value, Relation::not_null, {}});
    return terms;
  }

  // `x = 1 OR x = 2` is a list. `... OR x IS NULL` takes nothing away, for a NULL satisfies any comparison.
  Terms alternatives(const Node& parts) const {
    Terms found;
    std::vector<std::string> may_be_null;
    for (const Node& part : parts) {
      if (const auto name = null_alternative(part)) {
        may_be_null.push_back(*name);
        continue;
      }
      Terms terms = conjunction(part);
      if (terms.empty()) return {};
      if (found.empty())
        found = std::move(terms);
      else if (!unite(found, terms))
        return {};
    }
    for (const std::string& name : may_be_null)
      for (const CheckTerm& term : found)
        if (term.column != name) return {};
    return found;
  }

  std::optional<std::string> null_alternative(const Node& node) const {
    const Node* test = as(node, "NullTest");
    if (!test || test->value("nulltesttype", "") != "IS_NULL") return std::nullopt;
    return column(child(*test, "arg"));
  }

  static bool unite(Terms& list, const Terms& other) {
    const bool lists = list.size() == 1 && other.size() == 1 && list[0].relation == Relation::one_of &&
                       other[0].relation == Relation::one_of && list[0].column == other[0].column &&
                       list[0].subject == other[0].subject;
    if (!lists) return false;
    for (const std::string& value : other[0].values) add_once(list[0].values, value);
    return true;
  }

  Terms comparison(const Node& operation) const {
    const std::string kind = operation.value("kind", "");
    const std::string name = last_name(child(operation, "name"));
    const Node& left = child(operation, "lexpr");
    const Node& right = child(operation, "rexpr");
    if (kind == "AEXPR_BETWEEN") return between(left, child(child(right, "List"), "items"));
    if (kind == "AEXPR_IN") return name == "=" ? list(left, child(child(right, "List"), "items")) : Terms{};
    if (kind == "AEXPR_OP_ANY") return name == "=" ? array(left, without_casts(right)) : Terms{};
    if (kind == "AEXPR_LIKE") return name == "~~" ? with_constant(left, Relation::like, right) : Terms{};
    if (kind != "AEXPR_OP") return {};
    if (name == "<>" && column(left) && column(right)) return columns(left, Relation::differs_from, right);
    if (column(left) && column(right) && (name == "<" || name == "<=")) return columns(left, Relation::below, right);
    if (column(left) && column(right) && (name == ">" || name == ">=")) return columns(right, Relation::below, left);
    const auto relation = relation_of(name);
    if (!relation) return {};
    if (constant(right)) return with_constant(left, *relation, right);
    return constant(left) ? with_constant(right, mirrored(*relation), left) : Terms{};
  }

  static std::optional<Relation> relation_of(std::string_view name) {
    if (name == "<") return Relation::less;
    if (name == "<=") return Relation::less_equal;
    if (name == "=") return Relation::one_of;
    if (name == "<>") return Relation::not_equal;
    if (name == ">=") return Relation::greater_equal;
    if (name == ">") return Relation::greater;
    if (name == "~" || name == "~*") return Relation::matches;
    if (name == "~~") return Relation::like;
    return std::nullopt;
  }

  static Relation mirrored(Relation relation) {
    switch (relation) {
      case Relation::less:
        return Relation::greater;
      case Relation::less_equal:
        return Relation::greater_equal;
      case Relation::greater_equal:
        return Relation::less_equal;
      case Relation::greater:
        return Relation::less;
      default:
        return relation;
    }
  }

  Terms with_constant(const Node& left, Relation relation, const Node& right) const {
    auto term = subject(left);
    const auto value = constant(right);
    if (!term || !value) return {};
    term->relation = relation;
    term->values = {*value};
    return {*term};
  }

  Terms between(const Node& left, const Node& bounds) const {
    Terms terms = with_constant(left, Relation::greater_equal, bounds[0]);
    for (CheckTerm& term : with_constant(left, Relation::less_equal, bounds[1])) terms.push_back(std::move(term));
    return terms;
  }

  Terms list(const Node& left, const Node& items) const {
    auto term = subject(left);
    if (!term) return {};
    term->relation = Relation::one_of;
    for (const Node& item : items) {
      const auto value = constant(item);
      if (!value) return {};
      add_once(term->values, *value);
    }
    return {*term};
  }

  // = ANY (ARRAY[...]). An array written as one literal, '{a,b}', is left to the server's judgement.
  Terms array(const Node& left, const Node& right) const {
    const Node* elements = as(right, "A_ArrayExpr");
    return elements ? list(left, child(*elements, "elements")) : Terms{};
  }

  Terms columns(const Node& left, Relation relation, const Node& right) const {
    const auto one = column(left), other = column(right);
    if (!one || !other) return {};
    return {{*one, Subject::value, relation, {*other}}};
  }

  // The columns and constants below a node. Constants belong to the columns of the operator that they stand in.
  struct Mentioned {
    std::vector<std::string> columns, constants;
  };

  void collect(const Node& node) const {
    Mentioned all;
    gather(node, all);
    pair(all);
    out_.columns = all.columns;
  }

  void gather(const Node& node, Mentioned& here) const {
    if (const Node* operation = node.is_object() ? as(node, "A_Expr") : nullptr) {
      find_equation(*operation);
      Mentioned inside;
      for (const Node& part : *operation) gather(part, inside);
      pair(inside);
      for (const std::string& column : inside.columns) add_once(here.columns, column);
      return;
    }
    if (node.is_object()) {
      if (const auto name = node.contains("ColumnRef") ? column(node) : std::nullopt) add_once(here.columns, *name);
      const Node* value = as(node, "A_Const");
      if (value && !value->contains("boolval"))
        if (const auto text = constant(node)) add_once(here.constants, *text);
      if (node.contains("typeName")) return gather(child(node, "arg"), here);  // typmods are no constants of ours
    }
    if (node.is_structured())
      for (const Node& part : node) gather(part, here);
  }

  void find_equation(const Node& operation) const {
    if (operation.value("kind", "") != "AEXPR_OP" || last_name(child(operation, "name")) != "=") return;
    const auto [left, right] = operands(operation.value("location", std::size_t{0}));
    for (const auto& [side, other, text] : {std::tuple(child(operation, "lexpr"), child(operation, "rexpr"), right),
                                            std::tuple(child(operation, "rexpr"), child(operation, "lexpr"), left)}) {
      const auto name = column(side);
      if (!name || column(other) || constant(other)) continue;
      Mentioned mentioned;
      gather(other, mentioned);
      const auto& columns = mentioned.columns;
      if (!columns.empty() && std::find(columns.begin(), columns.end(), *name) == columns.end())
        add_once(out_.equations, {*name, std::string(text)});
    }
  }

  // What stands on either side of the operator at `location`, up to the parentheses that pg_get_expr() puts around
  // every operation.
  std::pair<std::string_view, std::string_view> operands(std::size_t location) const {
    std::vector<int> depths;
    char quote = 0;
    int depth = 0;
    for (const char c : source_) {
      if (quote == 0 && c == ')') --depth;
      depths.push_back(depth);
      if (quote == 0 && c == '(') ++depth;
      if (quote == 0 ? c == '\'' || c == '"' : c == quote) quote = quote == 0 ? c : 0;
    }
    std::size_t begin = location, end = location;
    while (begin > kSelect.size() && depths[begin - 1] >= depths[location]) --begin;
    while (end < source_.size() && depths[end] >= depths[location]) ++end;
    return {source_.substr(begin, location - begin), source_.substr(location + 1, end - location - 1)};
  }

  void pair(const Mentioned& mentioned) const {
    for (const std::string& column : mentioned.columns)
      for (const std::string& text : mentioned.constants) add_once(out_.constants, {column, text});
  }

  std::string_view source_;
  CheckExpression& out_;
};

}  // namespace

base::Result<CheckExpression> read_check(std::string_view expression) {
  const std::string source = fmt::format("{}{}", kSelect, expression);
  const std::unique_ptr<PgQueryParseResult, void (*)(PgQueryParseResult*)> parsed(
      new PgQueryParseResult(pg_query_parse(source.c_str())), [](PgQueryParseResult* result) {
        pg_query_free_parse_result(*result);
        delete result;
      });
  if (parsed->error)
    return base::usage_error(fmt::format("cannot read the expression '{}': {}", expression, parsed->error->message));
  const Node tree = Node::parse(parsed->parse_tree);
  const auto value = "/stmts/0/stmt/SelectStmt/targetList/0/ResTarget/val"_json_pointer;
  if (!tree.contains(value)) return base::usage_error(fmt::format("'{}' is no expression", expression));
  CheckExpression out;
  Reader(source, out).read(tree.at(value));
  return out;
}

}  // namespace pgrehearse::sql
