#include "harness/load/expression_lexer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string>

namespace pgrehearse::load {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80); }
bool is_name(char c) { return starts_name(c) || is_digit(c); }

struct Keyword {
  std::string_view name;
  TokenKind kind;
};
constexpr std::array keywords{
    Keyword{"and", TokenKind::and_},        Keyword{"or", TokenKind::or_},        Keyword{"not", TokenKind::not_},
    Keyword{"is", TokenKind::is},           Keyword{"isnull", TokenKind::isnull}, Keyword{"case", TokenKind::case_},
    Keyword{"when", TokenKind::when},       Keyword{"then", TokenKind::then},     Keyword{"else", TokenKind::else_},
    Keyword{"notnull", TokenKind::notnull}, Keyword{"end", TokenKind::end_},
};

class Lexer {
 public:
  Lexer(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  Token next() {
    skip_space();
    begin_ = at_;
    if (at_ >= text_.size()) return finish_line(text_.size());
    const char c = text_[at_];
    if (c == '\n') return finish_line(at_ + 1);
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == ':' && is_name(peek(1))) return variable();
    if (starts_name(c)) return word();
    return symbol();
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
        ++at_;
      } else if (const std::size_t length = continuation(text_, at_)) {
        at_ += length;
      } else {
        return;
      }
    }
  }

  Token token(TokenKind kind, std::size_t length) {
    at_ = begin_ + length;
    return {kind, text_.substr(begin_, length), {}, begin_, at_ - 1, nullptr};
  }
  Token finish_line(std::size_t end) { return {TokenKind::end, {}, {}, begin_, end > 0 ? end - 1 : 0, nullptr}; }

  void digits() {
    while (is_digit(peek(0))) ++at_;
  }

  Token number() {
    digits();
    bool whole = true;
    if (peek(0) == '.') {
      whole = false;
      ++at_;
      digits();
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek(0) == 'e' || peek(0) == 'E') && is_digit(peek(1 + sign))) {
      whole = false;
      at_ += 1 + sign;
      digits();
    }
    Token number = token(TokenKind::constant, at_ - begin_);
    whole ? read_whole(number) : read_double(number);
    return number;
  }

  static void read_whole(Token& token) {
    std::int64_t value = 0;
    const auto read = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
    token.value = value;
    if (token.text == "9223372036854775808") {
      token.kind = TokenKind::too_large;
    } else if (read.ec != std::errc{}) {
      token.mistake = "bigint constant overflow";
    }
  }

  static void read_double(Token& token) {
    errno = 0;
    token.value = std::strtod(std::string(token.text).c_str(), nullptr);
    if (errno != 0) token.mistake = "double constant overflow";
  }

  Token variable() {
    ++at_;
    while (is_name(peek(0))) ++at_;
    Token variable = token(TokenKind::variable, at_ - begin_);
    variable.text.remove_prefix(1);
    return variable;
  }

  Token word() {
    while (is_name(peek(0))) ++at_;
    Token word = token(TokenKind::name, at_ - begin_);
    std::string lower(word.text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const Keyword& keyword : keywords) {
      if (lower == keyword.name) word.kind = keyword.kind;
    }
    if (lower == "null" || lower == "true" || lower == "false") {
      word.kind = TokenKind::constant;
      if (lower != "null") word.value = lower == "true";
    }
    return word;
  }

  Token symbol() {
    for (const std::string_view two : {"<>", "<=", ">=", "!=", "<<", ">>"}) {
      if (text_.substr(at_, 2) == two) return token(TokenKind::symbol, 2);
    }
    constexpr std::string_view single = "+-*/%=<>|&#~(),";
    Token symbol = token(TokenKind::symbol, 1);
    if (single.find(symbol.text) == std::string_view::npos) symbol.mistake = "unexpected character";
    return symbol;
  }

  std::string_view text_;
  std::size_t at_, begin_ = 0;
};

}  // namespace

Token next_token(std::string_view text, std::size_t begin) { return Lexer(text, begin).next(); }

std::size_t continuation(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "\\\n") return 2;
  return text.substr(at, 3) == "\\\r\n" ? 3 : 0;
}

}  // namespace pgrehearse::load
