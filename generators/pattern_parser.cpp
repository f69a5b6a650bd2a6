#include <fmt/format.h>

#include "generators/pattern.hpp"

namespace pgrehearse::generators {
namespace {

using What = PatternNode::What;

constexpr std::string_view kDigits = "0123456789", kLower = "abcdefghijklmnopqrstuvwxyz",
                           kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

PatternNode one_of_these(std::string characters) { return {What::characters, std::move(characters), {}, 1, 1}; }
PatternNode repeated(PatternNode node, std::uint32_t least, std::uint32_t most) {
  return {What::repeat, "", {std::move(node)}, least, most};
}

std::string printable_except(std::string_view excluded) {
  std::string characters;
  for (char c = '!'; c <= '~'; ++c)
    if (excluded.find(c) == excluded.npos) characters += c;
  return characters;
}

std::string named_class(std::string_view name) {
  std::string digits(kDigits), lower(kLower), upper(kUpper);
  if (name == "digit") return digits;
  if (name == "alpha") return lower + upper;
  if (name == "alnum") return lower + upper + digits;
  if (name == "lower") return lower;
  if (name == "upper") return upper;
  if (name == "xdigit") return digits + "abcdef";
  if (name == "space" || name == "blank") return " ";
  if (name == "word") return lower + upper + digits + "_";
  if (name == "punct") return "!#%&*+-./:;=?@_";
  return "";
}

std::string escape_class(char c) {
  switch (c) {
    case 'd':
      return named_class("digit");
    case 'w':
      return named_class("word");
    case 's':
      return " ";
    case 'D':
      return printable_except(kDigits);
    case 'W':
      return printable_except(named_class("word"));
    case 'S':
      return named_class("alnum");
    case 't':
      return "\t";
    case 'n':
      return "\n";
    default:
      return std::string(1, c);
  }
}

// Recursive descent: choice -> sequence -> repeat -> atom. The first construct that is beyond us ends it.
class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern) : rest_(pattern) {}

  base::Result<PatternNode> parse() {
    if (rest_.starts_with("(?") && !rest_.starts_with("(?:")) fail("an option or look-around group");
    PatternNode node = choice();
    if (error_.empty() && !rest_.empty()) fail("an unbalanced parenthesis");
    if (!error_.empty()) return base::usage_error(error_);
    return node;
  }

 private:
  void fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
    rest_ = {};
  }
  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  char next() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  PatternNode choice() {
    PatternNode node{What::choice, "", {sequence()}, 1, 1};
    while (skip("|")) node.children.push_back(sequence());
    return node.children.size() == 1 ? std::move(node.children.front()) : node;
  }

  PatternNode sequence() {
    PatternNode node{What::sequence, "", {}, 1, 1};
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      if (skip("^") || skip("$") || skip("\\A") || skip("\\Z") || skip("\\m") || skip("\\M") || skip("\\y")) continue;
      node.children.push_back(quantified(atom()));
    }
    return node;
  }

  PatternNode atom() {
    if (skip("(?:") || (!rest_.starts_with("(?") && skip("("))) {
      PatternNode node = choice();
      if (error_.empty() && !skip(")")) fail("an unbalanced parenthesis");
      return node;
    }
    if (rest_.starts_with("(?")) return fail("a look-around group"), PatternNode{};
    if (skip("[")) return bracket();
    if (skip(".")) return one_of_these(named_class("alnum"));
    if (skip("\\")) {
      if (rest_.empty()) return fail("a backslash at the end"), PatternNode{};
      if (rest_.front() >= '1' && rest_.front() <= '9') return fail("a back reference"), PatternNode{};
      return one_of_these(escape_class(next()));
    }
    if (std::string_view("*+?{").find(rest_.front()) != std::string_view::npos && rest_.front() != '{')
      return fail("a quantifier without an atom"), PatternNode{};
    if (static_cast<unsigned char>(rest_.front()) >= 0x80) return fail("a character outside ASCII"), PatternNode{};
    return one_of_these(std::string(1, next()));
  }

  PatternNode quantified(PatternNode node) {
    while (!rest_.empty()) {
      if (skip("*"))
        node = repeated(std::move(node), 0, kUnbounded);
      else if (skip("+"))
        node = repeated(std::move(node), 1, kUnbounded);
      else if (skip("?"))
        node = repeated(std::move(node), 0, 1);
      else if (skip("{"))
        node = braces(std::move(node));
      else
        break;
      skip("?");  // non-greedy: the same strings
    }
    return node;
  }

  PatternNode braces(PatternNode node) {
    std::uint32_t least = number(), most = least;
    if (skip(",")) most = rest_.starts_with("}") ? kUnbounded : number();
    if (!skip("}") || most < least) fail("a malformed {m,n}");
    return repeated(std::move(node), least, most);
  }

  std::uint32_t number() {
    std::uint32_t value = 0;
    bool any = false;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && value < 1'000'000; any = true)
      value = value * 10 + static_cast<std::uint32_t>(next() - '0');
    if (!any) fail("a malformed {m,n}");
    return value;
  }

  PatternNode bracket() {
    bool negated = skip("^");
    std::string characters;
    for (bool first = true; first || !rest_.starts_with("]"); first = false) {
      if (rest_.empty()) return fail("an unclosed ["), PatternNode{};
      characters += bracket_item();
    }
    skip("]");
    if (negated) characters = plain_except(characters);
    if (characters.empty()) fail("an empty [...]");
    return one_of_these(std::move(characters));
  }

  std::string bracket_item() {
    if (skip("[:")) {
      std::size_t end = rest_.find(":]");
      if (end == rest_.npos) return fail("an unclosed [:"), "";
      std::string characters = named_class(rest_.substr(0, end));
      rest_.remove_prefix(end + 2);
      return characters;
    }
    char low = next();
    if (low == '\\' && !rest_.empty()) {
      std::string characters = escape_class(next());
      if (characters.size() > 1) return characters;
      low = characters.front();
    }
    if (!rest_.starts_with("-") || rest_.starts_with("-]") || rest_.size() < 2) return std::string(1, low);
    next();
    char high = next();
    if (high == '\\' && !rest_.empty()) high = next();
    std::string characters;
    for (int c = static_cast<unsigned char>(low); c <= static_cast<unsigned char>(high); ++c)
      if (c < 0x80) characters += static_cast<char>(c);
    return characters;
  }

  // Letters and digits where the class leaves any, else whatever printable it leaves.
  static std::string plain_except(const std::string& excluded) {
    std::string characters;
    for (char c : named_class("alnum"))
      if (excluded.find(c) == excluded.npos) characters += c;
    return characters.empty() ? printable_except(excluded) : characters;
  }

  std::string_view rest_;
  std::string error_;
};

}  // namespace

base::Result<PatternNode> parse_regex(std::string_view pattern) { return RegexParser(pattern).parse(); }

PatternNode parse_like(std::string_view pattern) {
  PatternNode node{What::sequence, "", {}, 1, 1};
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%')
      node.children.push_back(repeated(one_of_these(std::string(kLower)), 0, kUnbounded));
    else if (pattern[i] == '_')
      node.children.push_back(one_of_these(std::string(kLower)));
    else
      node.children.push_back(
          one_of_these(std::string(1, pattern[i] == '\\' && i + 1 < pattern.size() ? pattern[++i] : pattern[i])));
  }
  return node;
}

PatternNode parse_mask(std::string_view pattern) {
  PatternNode node{What::sequence, "", {}, 1, 1};
  for (char c : pattern) {
    if (c == '#')
      node.children.push_back(one_of_these(std::string(kDigits)));
    else if (c == '?')
      node.children.push_back(one_of_these(std::string(kLower)));
    else if (c == '*')
      node.children.push_back(one_of_these(std::string(kLower) + std::string(kDigits)));
    else
      node.children.push_back(one_of_these(std::string(1, c)));
  }
  return node;
}

}  // namespace pgrehearse::generators
