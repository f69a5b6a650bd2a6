// Expressions of \set, \if and \elif: pgbench's language (PostgreSQL manual, pgbench, "Built-In Operators" and
// "Built-In Functions"; grammar and precedence of its exprparse.y). Values are NULL, 64-bit integers, doubles and
// booleans. AND, OR and CASE evaluate only what they need. Messages are in pgbench's words.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/load/prng.hpp"
#include "harness/load/value.hpp"

namespace pgrehearse::load {

// What an expression works on.
struct Evaluation {
  std::span<Variable> variables;
  Prng& random;
  int script = 0, command = 0;  // for debug(), which writes to the standard error: counted as pgbench does
};

// Immutable.
class Expression {
 public:
  // The slot of a variable.
  using SlotOf = std::function<std::size_t(std::string_view name, std::size_t offset)>;
  struct Parsed;

  // Reads from `begin` to the end of the line (a backslash at its end continues it), or to the end of the text.
  static Parsed parse(std::string_view text, std::size_t begin, const SlotOf& slot_of);

  // Throws ScriptFailure. Allocates nothing, but for text that debug() or a failure writes.
  Value evaluate(Evaluation& evaluation) const { return evaluate(root_, evaluation); }
  // The slots that it reads.
  std::vector<std::size_t> variables() const;

  static constexpr std::size_t most_arguments = 16;
  using Arguments = std::span<const Value>;
  using Function = Value (*)(Arguments arguments, Evaluation& evaluation);

 private:
  friend class ExpressionParser;
  enum class Kind : std::uint8_t { constant, variable, call, strict_call, and_, or_, case_ };
  struct Node {
    Kind kind;
    Value constant{};
    std::size_t slot = 0;         // of a variable
    std::string name{};           // of a variable, for messages
    Function function = nullptr;  // a strict one is not called for NULL
    std::vector<std::uint32_t> arguments{};
    int depth = 1;
  };

  Value evaluate(std::uint32_t node, Evaluation& evaluation) const;
  Value call(const Node& node, Evaluation& evaluation) const;
  template <std::size_t at_most>
  Value call_with(const Node& node, Evaluation& evaluation) const;
  Value choose(const Node& node, Evaluation& evaluation) const;
  Value connect(const Node& node, Evaluation& evaluation) const;

  std::vector<Node> nodes_;
  std::uint32_t root_ = 0;
};

struct Expression::Parsed {
  base::Result<Expression> expression;
  std::size_t error_offset = 0;  // of the character where pgbench points, when it is a mistake
  std::size_t end = 0;           // behind the line, when it is not
};

}  // namespace pgrehearse::load
