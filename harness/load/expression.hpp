// The right-hand side of \set: pgbench's expressions, as far as docs/scripts.md says. Whole numbers stay whole
// (64 bits, overflow is a failure); as soon as one side is a double, the result is one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/base/result.hpp"
#include "harness/load/value.hpp"

namespace pgrehearse::load {

// Immutable; evaluate() is pure given the stream.
class Expression {
 public:
  // The place of a variable in the list of values, or none when no such variable was set before.
  using SlotOf = std::function<std::optional<std::size_t>(std::string_view name)>;

  // `start` is the place of the text's first character. One error at most: the first.
  static base::Result<Expression> parse(std::string_view text, const base::Place& start, const SlotOf& slot_of);

  // Throws ScriptFailure.
  Value evaluate(std::span<const Value> variables, base::RandomStream& random) const;
  // The slots that it reads.
  std::vector<std::size_t> variables() const;

  using Function = Value (*)(std::span<const Value> arguments, base::RandomStream& random);

 private:
  friend class ExpressionParser;
  struct Instruction {
    enum class Code { constant, variable, call } code;
    Value constant;
    std::size_t slot = 0;  // of a variable
    Function function = nullptr;
    std::size_t arguments = 0;
  };
  std::vector<Instruction> program_;  // in reverse Polish order
};

}  // namespace pgrehearse::load
