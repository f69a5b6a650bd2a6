#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "harness/load/expression.hpp"
#include "harness/load/expression_lexer.hpp"
#include "harness/load/functions.hpp"

namespace pgrehearse::load {
namespace {

// Evaluation recurses as deep as the expression is nested, on the stack of the traffic's thread.
constexpr int deepest = 500;

enum Precedence { none, disjunction, conjunction, negation, test, comparison, bits, sum, product, sign };

struct Operator {
  Precedence precedence;
  std::string_view function;
  bool swapped = false;  // a > b is b < a
};

// Binary operators that are symbols.
std::optional<Operator> binary(std::string_view symbol) {
  if (symbol == "+" || symbol == "-") return Operator{sum, symbol};
  if (symbol == "*" || symbol == "/" || symbol == "%") return Operator{product, symbol};
  if (symbol == "|" || symbol == "#" || symbol == "&" || symbol == "<<" || symbol == ">>")
    return Operator{bits, symbol};
  if (symbol == "<" || symbol == "<=" || symbol == "=" || symbol == "<>") return Operator{comparison, symbol};
  if (symbol == "!=") return Operator{comparison, "<>"};
  if (symbol == ">") return Operator{comparison, "<", true};
  if (symbol == ">=") return Operator{comparison, "<=", true};
  return {};
}

}  // namespace

// Precedence climbing. A mistake leaves through an exception of its own, at the token where pgbench's parser finds it.
class ExpressionParser {
 public:
  using Index = std::uint32_t;
  using Kind = Expression::Kind;

  ExpressionParser(std::string_view text, std::size_t begin, const Expression::SlotOf& slot_of)
      : text_(text), slot_of_(slot_of), token_{} {
    token_.last = begin - 1;
  }

  Expression::Parsed parse() {
    try {
      advance();
      result_.root_ = expression(none);
      if (token_.kind != TokenKind::end) unexpected();
      return {std::move(result_), 0, std::min(behind(token_), text_.size())};
    } catch (Mistake& mistake) {
      return {base::usage_error(std::move(mistake.message), std::move(mistake.hint)), mistake.offset, 0};
    }
  }

 private:
  struct Mistake {
    std::string message, hint;
    std::size_t offset;
  };

  [[noreturn]] static void fail(std::string message, const Token& at, std::string hint = {}) {
    throw Mistake{std::move(message), std::move(hint), at.last};
  }
  [[noreturn]] void unexpected() const { fail("syntax error", token_); }

  void advance() {
    token_ = next_token(text_, behind(token_));
    if (token_.mistake) fail(fmt::format("{} ({})", token_.mistake, token_.text), token_);
  }
  bool is_symbol(std::string_view symbol) const { return token_.kind == TokenKind::symbol && token_.text == symbol; }
  bool accept(TokenKind kind) {
    if (token_.kind != kind) return false;
    advance();
    return true;
  }
  void expect(TokenKind kind) {
    if (!accept(kind)) unexpected();
  }

  Index add(Expression::Node node) {
    for (const Index argument : node.arguments) {
      node.depth = std::max(node.depth, result_.nodes_[argument].depth + 1);
    }
    if (node.depth > deepest) fail("the expression is nested too deeply", token_);
    result_.nodes_.push_back(std::move(node));
    return static_cast<Index>(result_.nodes_.size() - 1);
  }
  Index constant(Value value) { return add({.kind = Kind::constant, .constant = value}); }
  Index call(std::string_view name, std::vector<Index> arguments) {
    const FunctionInfo& info = *find_function(name);
    return add({.kind = info.strict ? Kind::strict_call : Kind::call,
                .function = info.function,
                .arguments = std::move(arguments)});
  }

  Index expression(Precedence outer) {
    if (++nesting_ > deepest) fail("the expression is nested too deeply", token_);
    Index left = operand();
    while (const auto extended = extend(left, outer)) left = *extended;
    --nesting_;
    return left;
  }

  // With the operator that follows, when it binds more tightly than `outer`.
  std::optional<Index> extend(Index left, Precedence outer) {
    if (token_.kind == TokenKind::symbol) return extend_by_symbol(left, outer);
    if (token_.kind == TokenKind::or_ && outer < disjunction) return connect(Kind::or_, left, disjunction);
    if (token_.kind == TokenKind::and_ && outer < conjunction) return connect(Kind::and_, left, conjunction);
    if (outer >= test) return {};
    if (accept(TokenKind::isnull)) return call("is", {left, constant({})});
    if (accept(TokenKind::notnull)) return call("not", {call("is", {left, constant({})})});
    if (accept(TokenKind::is)) return is(left);
    return {};
  }

  std::optional<Index> extend_by_symbol(Index left, Precedence outer) {
    const auto found = binary(token_.text);
    if (!found || found->precedence <= outer) return {};
    advance();
    const Index right = expression(found->precedence);
    // a < b < c means nothing
    if (found->precedence == comparison && token_.kind == TokenKind::symbol) {
      const auto next = binary(token_.text);
      if (next && next->precedence == comparison) unexpected();
    }
    return found->swapped ? call(found->function, {right, left}) : call(found->function, {left, right});
  }

  Index connect(Kind kind, Index left, Precedence precedence) {
    advance();
    const Index right = expression(precedence);
    return add({.kind = kind, .arguments = {left, right}});
  }

  // IS [NOT] NULL, TRUE or FALSE
  Index is(Index left) {
    const bool negated = accept(TokenKind::not_);
    const bool number =
        !std::holds_alternative<std::monostate>(token_.value) && !std::holds_alternative<bool>(token_.value);
    if (token_.kind != TokenKind::constant || number) unexpected();
    const Index test = call("is", {left, constant(token_.value)});
    advance();
    return negated ? call("not", {test}) : test;
  }

  Index operand() {
    const Token token = token_;
    switch (token.kind) {
      case TokenKind::constant:
        advance();
        return constant(token.value);
      case TokenKind::variable:
        advance();
        return variable(token);
      case TokenKind::name:
        return function();
      case TokenKind::not_:
        advance();
        return call("not", {expression(static_cast<Precedence>(negation - 1))});
      case TokenKind::case_:
        advance();
        return conditional();
      case TokenKind::symbol:
        return prefixed();
      default:
        unexpected();
    }
  }

  Index variable(const Token& token) {
    return add({.kind = Kind::variable, .slot = slot_of_(token.text, token.offset), .name = std::string(token.text)});
  }

  Index prefixed() {
    if (is_symbol("(")) {
      advance();
      const Index inner = expression(none);
      if (!is_symbol(")")) unexpected();
      advance();
      return inner;
    }
    if (is_symbol("+")) {
      advance();
      return expression(sign);
    }
    if (is_symbol("~")) {
      advance();
      return call("#", {constant(std::int64_t{-1}), expression(bits)});
    }
    if (!is_symbol("-")) unexpected();
    advance();
    if (accept(TokenKind::too_large)) return constant(std::numeric_limits<std::int64_t>::min());
    return call("-", {constant(std::int64_t{0}), expression(sign)});
  }

  Index conditional() {
    std::vector<Index> parts;
    expect(TokenKind::when);
    do {
      parts.push_back(expression(none));
      expect(TokenKind::then);
      parts.push_back(expression(none));
    } while (accept(TokenKind::when));
    parts.push_back(accept(TokenKind::else_) ? expression(none) : constant({}));
    expect(TokenKind::end_);
    return add({.kind = Kind::case_, .arguments = std::move(parts)});
  }

  Index function() {
    const Token name = token_;
    const FunctionInfo* info = find_function(name.text);
    if (!info) {
      fail(fmt::format("unexpected function name ({})", name.text), name, "there are " + function_names());
    }
    advance();
    if (!is_symbol("(")) unexpected();
    advance();
    std::vector<Index> given = arguments();
    check_number(*info, given.size());
    if (info->seeded && given.size() < info->most_arguments) {
      given.push_back(
          add({.kind = Kind::variable, .slot = slot_of_("default_seed", name.offset), .name = "default_seed"}));
    }
    const Index result = call(info->name, std::move(given));
    advance();
    return result;
  }

  // Up to the closing parenthesis, which stays. As in pgbench's grammar nothing may stand before the first comma.
  std::vector<Index> arguments() {
    std::vector<Index> given;
    if (is_symbol(")")) return given;
    if (!is_symbol(",")) given.push_back(expression(none));
    while (is_symbol(",")) {
      advance();
      given.push_back(expression(none));
    }
    if (!is_symbol(")")) unexpected();
    return given;
  }

  void check_number(const FunctionInfo& info, std::size_t given) const {
    if (given >= info.least_arguments && given <= info.most_arguments) return;
    const bool any = info.most_arguments > Expression::most_arguments;
    fail(fmt::format("{} ({})", any ? "at least one argument expected" : "unexpected number of arguments", info.name),
         token_);
  }

  std::string_view text_;
  const Expression::SlotOf& slot_of_;
  Token token_;
  int nesting_ = 0;
  Expression result_;
};

Expression::Parsed Expression::parse(std::string_view text, std::size_t begin, const SlotOf& slot_of) {
  return ExpressionParser(text, begin, slot_of).parse();
}

}  // namespace pgrehearse::load
