// Walks a statement for its parameters. Private to this module: read_parameters() is the way in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/sql/statement_parameters.hpp"
#include "harness/sql/syntax_tree.hpp"

namespace pgrehearse::sql {

class ParameterReader {
 public:
  // Fills tables, parameters and places, in the order in which it comes by.
  explicit ParameterReader(ParameterUses& out) : out_(out) {}
  void statement(SyntaxNode node) { statement(node, nullptr); }

 private:
  using Tables = std::vector<std::size_t>;
  using Nodes = std::vector<SyntaxNode>;

  // The tables by the names under which one query level knows them. A subquery's name stands for the tables inside.
  struct Scope {
    const Scope* outer = nullptr;
    std::map<std::string, Tables> names = {};  // aliases, and names of WITH
    Tables all = {};

    const Tables* find(const std::string& name) const {
      const auto found = names.find(name);
      if (found != names.end()) return &found->second;
      return outer ? outer->find(name) : nullptr;
    }
  };

  // What a parameter is, should one stand here: a Parameter still without a number.
  struct Context : Parameter {
    Context with(Role other) const {
      Context copy = *this;
      copy.role = other;
      return copy;
    }
  };
  static Context anything(Role role, std::string what);
  static Context condition() { return anything(Role::free, "a condition of its own"); }

  void statement(SyntaxNode node, const Scope* outer);
  // `outputs`: what the columns of the result are for.
  void select(SyntaxNode node, const Scope* outer, const std::vector<Context>& outputs);
  void insert(SyntaxNode node, const Scope* outer);
  void update(SyntaxNode node, const Scope* outer);
  void remove(SyntaxNode node, const Scope* outer);
  void results(const Nodes& list, const Scope& scope, const std::vector<Context>& outputs, std::size_t row);
  void assignments(const Nodes& list, const Scope& scope, std::size_t target);
  void with(SyntaxNode node, Scope& scope);

  void from(SyntaxNode item, Scope& scope);
  // The table's position in the result. For a name of WITH: its first table's.
  std::size_t table(SyntaxNode relation, Scope& scope);
  bool is_query(const std::string& name, const Scope& scope) const;
  static void add_names(SyntaxNode item, const Tables& tables, const std::string& name, Scope& scope);
  Tables tables_since(std::size_t first) const;

  // `context` is what a parameter means that stands here itself.
  void expression(SyntaxNode node, const Scope& scope, const Context& context);
  void expressions(const Nodes& nodes, const Scope& scope, const Context& context);
  static Context inner(const std::string& kind, const Context& context);
  void record(SyntaxNode parameter, const Context& context);
  // The column that is compared: itself, or through a cast, a collation or one function.
  std::optional<Context> column(SyntaxNode node, const Scope& scope) const;
  std::optional<Context> column_through(SyntaxNode call, const Scope& scope) const;
  std::optional<Context> first_column(const Nodes& list, const Scope& scope) const;
  void cast(SyntaxNode cast, const Scope& scope, const Context& context);
  void alike(const Nodes& list, const Scope& scope, const Context& context);
  void choice(SyntaxNode choice, const Scope& scope, const Context& context);
  void sublink(SyntaxNode link, const Scope& scope);
  void call(SyntaxNode call, const Scope& scope, const Context& context);
  void operation(SyntaxNode node, const Scope& scope, const Context& context);
  void compare_rows(SyntaxNode left, SyntaxNode right, Role role, const Scope& scope);
  void compare(SyntaxNode left, SyntaxNode right, Role role, const Scope& scope, const std::string& what = {});
  void compare_list(SyntaxNode left, const Nodes& list, const Scope& scope);
  void element(SyntaxNode of, SyntaxNode value, std::size_t row, const Scope& scope);
  void compare_array(const std::string& name, SyntaxNode left, SyntaxNode right, const Scope& scope);
  void arithmetic(const std::string& name, SyntaxNode left, SyntaxNode right, const Scope& scope,
                  const Context& context);

  ParameterUses& out_;
};

}  // namespace pgrehearse::sql
