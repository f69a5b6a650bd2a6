#include "harness/load/expression.hpp"

#include <fmt/format.h>

#include "harness/load/functions.hpp"

namespace pgrehearse::load {
namespace {

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

}  // namespace

Value Expression::evaluate(std::uint32_t index, Evaluation& evaluation) const {
  const Node& node = nodes_[index];
  switch (node.kind) {
    case Kind::constant:
      return node.constant;
    case Kind::variable:
      return evaluation.variables[node.slot].value(node.name);
    case Kind::call:
    case Kind::strict_call:
      return call(node, evaluation);
    case Kind::case_:
      return choose(node, evaluation);
    case Kind::and_:
    case Kind::or_:
      break;
  }
  return connect(node, evaluation);
}

// All the values are set up in each call, so no more of them than most calls need.
Value Expression::call(const Node& node, Evaluation& evaluation) const {
  return node.arguments.size() <= 3 ? call_with<3>(node, evaluation) : call_with<most_arguments>(node, evaluation);
}

template <std::size_t at_most>
Value Expression::call_with(const Node& node, Evaluation& evaluation) const {
  std::array<Value, at_most> values;
  bool null = false;
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    if (i == at_most) {
      throw ScriptFailure{"54023", fmt::format("too many function arguments, maximum is {}", most_arguments)};
    }
    values[i] = evaluate(node.arguments[i], evaluation);
    null |= is_null(values[i]);
  }
  if (null && node.kind == Kind::strict_call) return {};
  return node.function({values.data(), node.arguments.size()}, evaluation);
}

// Condition, value, condition, value, ..., and the value when none is true.
Value Expression::choose(const Node& node, Evaluation& evaluation) const {
  std::size_t at = 0;
  for (; at + 1 < node.arguments.size(); at += 2) {
    if (is_true(evaluate(node.arguments[at], evaluation))) return evaluate(node.arguments[at + 1], evaluation);
  }
  return evaluate(node.arguments[at], evaluation);
}

// NULL on the left decides, other than in SQL: so does pgbench.
Value Expression::connect(const Node& node, Evaluation& evaluation) const {
  const Value left = evaluate(node.arguments[0], evaluation);
  if (is_null(left)) return {};
  const bool decided = node.kind == Kind::or_;
  if (to_boolean(left) == decided) return decided;
  const Value right = evaluate(node.arguments[1], evaluation);
  if (is_null(right)) return {};
  return to_boolean(right);
}

std::vector<std::size_t> Expression::variables() const {
  std::vector<std::size_t> slots;
  for (const Node& node : nodes_) {
    if (node.kind == Kind::variable) slots.push_back(node.slot);
  }
  return slots;
}

}  // namespace pgrehearse::load
