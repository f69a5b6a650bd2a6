#include "harness/sql/statement_parameters.hpp"

#include <algorithm>

#include "harness/sql/parameter_reader.hpp"

namespace pgrehearse::sql {
namespace {

std::optional<ParameterUses::Kind> kind_of(SyntaxNode statement) {
  using Kind = ParameterUses::Kind;
  if (statement["SelectStmt"]) return Kind::select;
  if (statement["InsertStmt"]) return Kind::insert;
  if (statement["UpdateStmt"]) return Kind::update;
  if (statement["DeleteStmt"]) return Kind::remove;
  return {};
}

}  // namespace

std::optional<ParameterUses> read_parameters(const std::string& statement) {
  const auto tree = SyntaxTree::parse(statement);
  if (!tree) return {};
  const SyntaxNode node = tree->statement();
  const auto kind = kind_of(node);
  if (!kind) return {};
  ParameterUses uses;
  uses.kind = *kind;
  uses.limited = static_cast<bool>(node["SelectStmt"]["limitCount"]);
  ParameterReader(uses).statement(node);
  std::ranges::sort(uses.parameters, {}, &Parameter::number);
  std::ranges::sort(uses.places, {}, &ParameterUses::Place::offset);
  const auto twice = std::ranges::unique(uses.places, {}, &ParameterUses::Place::offset);
  uses.places.erase(twice.begin(), twice.end());
  return uses;
}

}  // namespace pgrehearse::sql
