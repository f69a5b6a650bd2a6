#include "harness/load/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

#include "harness/load/functions.hpp"

namespace pgrehearse::load {

namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// sum := product {(+|-) product}; product := factor {(*|/|%) factor}; factor := {-|+} atom;
// atom := number | :name | name(sum, ...) | (sum). A mistake leaves through an exception of its own.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, const base::Place& start, const Expression::SlotOf& slot_of)
      : text_(text), start_(start), slot_of_(slot_of) {}

  base::Result<Expression> parse() {
    try {
      sum();
      if (peek() != '\0') fail(fmt::format("'{}' where the expression should end", rest()));
      return std::move(result_);
    } catch (const Mistake& mistake) {
      return mistake.error;
    }
  }

 private:
  struct Mistake {
    base::Error error;
  };

  [[noreturn]] void fail(std::string message, std::string hint = {}) const {
    base::Place place = start_;
    place.column += static_cast<int>(at_);
    throw Mistake{base::usage_error(std::move(message), std::move(hint), place)};
  }

  char peek() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  std::string_view rest() const { return text_.substr(at_); }
  std::string_view name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void call(const FunctionInfo& info, std::size_t arguments) {
    result_.program_.push_back({Expression::Instruction::Code::call, {}, 0, info.function, arguments});
  }

  void sum() {
    product();
    while (peek() == '+' || peek() == '-') binary([this] { product(); });
  }
  void product() {
    factor();
    while (peek() == '*' || peek() == '/' || peek() == '%') binary([this] { factor(); });
  }
  template <class Operand>
  void binary(Operand operand) {
    const FunctionInfo& info = *find_function(text_.substr(at_++, 1));
    operand();
    call(info, 2);
  }
  void factor() {
    if (++depth_ > 200) fail("the expression is nested too deeply");
    if (accept('-')) {
      factor();
      call(*find_function("negate"), 1);
    } else if (accept('+')) {
      factor();
    } else {
      atom();
    }
    --depth_;
  }

  void atom() {
    const char c = peek();
    if (accept('(')) {
      sum();
      if (!accept(')')) fail("a closing parenthesis is missing");
    } else if (is_digit(c) || c == '.') {
      number();
    } else if (c == ':') {
      variable();
    } else if (is_name(c)) {
      function();
    } else {
      fail(c == '\0' ? "the expression ends too early" : fmt::format("'{}' is not the start of a value", rest()),
           "write a number, :variable, function(...) or (...)");
    }
  }

  void number() {
    const std::string_view text = rest();
    std::int64_t whole = 0;
    double real = 0;
    const auto as_double = std::from_chars(text.data(), text.data() + text.size(), real);
    const auto as_whole = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (as_double.ec != std::errc{}) fail(fmt::format("'{}' is not a number", text));
    if (as_double.ptr != text.data() + text.size() && is_name(*as_double.ptr)) {
      fail(fmt::format("'{}' is not a number", text), "units are not known here");
    }
    const bool is_whole = as_whole.ec == std::errc{} && as_whole.ptr == as_double.ptr;
    at_ += static_cast<std::size_t>(as_double.ptr - text.data());
    result_.program_.push_back(
        {Expression::Instruction::Code::constant, is_whole ? Value(whole) : Value(real), 0, nullptr, 0});
  }

  void variable() {
    const std::size_t begin = at_++;
    const std::string_view variable = name();
    const auto slot = slot_of_(variable);
    if (!slot) {
      at_ = begin;
      fail(fmt::format("no variable ':{}' is set before this line", variable), "set it with \\set, \\key or \\pick");
    }
    result_.program_.push_back({Expression::Instruction::Code::variable, {}, *slot, nullptr, 0});
  }

  void function() {
    const std::size_t begin = at_;
    std::string lower(name());
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const FunctionInfo* info = find_function(lower);
    const std::size_t end = at_;
    if (!info || peek() != '(') {
      at_ = begin;
      fail(info ? fmt::format("the function {} needs parentheses", lower) : fmt::format("unknown function '{}'", lower),
           info ? "" : "there are " + function_names());
    }
    at_ = end;
    const std::size_t given = arguments();
    if (given >= info->least_arguments && given <= info->most_arguments) return call(*info, given);
    at_ = begin;
    fail(fmt::format("{} takes {} argument(s), not {}", lower, info->least_arguments, given));
  }

  std::size_t arguments() {
    accept('(');
    if (accept(')')) return 0;
    for (std::size_t count = 1;; ++count) {
      sum();
      if (accept(')')) return count;
      if (!accept(',')) fail("a comma or a closing parenthesis is missing");
    }
  }

  std::string_view text_;
  base::Place start_;
  const Expression::SlotOf& slot_of_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Expression result_;
};

base::Result<Expression> Expression::parse(std::string_view text, const base::Place& start, const SlotOf& slot_of) {
  return ExpressionParser(text, start, slot_of).parse();
}

Value Expression::evaluate(std::span<const Value> variables, base::RandomStream& random) const {
  std::vector<Value> stack;
  stack.reserve(program_.size());
  for (const Instruction& step : program_) {
    switch (step.code) {
      case Instruction::Code::constant:
        stack.push_back(step.constant);
        break;
      case Instruction::Code::variable:
        stack.push_back(variables[step.slot]);
        break;
      case Instruction::Code::call: {
        const std::size_t first = stack.size() - step.arguments;
        Value result = step.function(std::span(stack).subspan(first), random);
        stack.resize(first);
        stack.push_back(std::move(result));
      }
    }
  }
  PGR_CHECK(stack.size() == 1);
  return std::move(stack.front());
}

std::vector<std::size_t> Expression::variables() const {
  std::vector<std::size_t> slots;
  for (const Instruction& step : program_) {
    if (step.code == Instruction::Code::variable) slots.push_back(step.slot);
  }
  return slots;
}

}  // namespace pgrehearse::load
