#include "harness/sql/split_lexer.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace pgrehearse::sql {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool continues_word(char c) { return begins_word(c) || is_digit(c) || c == '$'; }

template <class Predicate>
std::size_t end_of_run(std::string_view sql, std::size_t at, Predicate&& belongs) {
  while (at < sql.size() && belongs(sql[at])) ++at;
  return at;
}

std::size_t end_of_block_comment(std::string_view sql, std::size_t at) {
  int depth = 0;
  while (at < sql.size()) {
    const auto two = sql.substr(at, 2);
    if (two == "/*") {
      ++depth;
      at += 2;
    } else if (two == "*/") {
      at += 2;
      if (--depth == 0) return at;
    } else {
      ++at;
    }
  }
  return sql.size();
}

// A doubled quote reads as the end of one string and the beginning of the next, which comes to the same.
std::size_t end_of_quoted(std::string_view sql, std::size_t open, bool backslash_escapes) {
  const char quote = sql[open];
  for (std::size_t at = open + 1; at < sql.size(); ++at) {
    if (backslash_escapes && sql[at] == '\\') {
      ++at;
    } else if (sql[at] == quote) {
      return at + 1;
    }
  }
  return sql.size();
}

// $tag$ ... $tag$; a lone $ or a parameter such as $1 is one byte of something else.
std::size_t end_of_dollar(std::string_view sql, std::size_t at) {
  std::size_t tag_end = at + 1;
  if (tag_end < sql.size() && begins_word(sql[tag_end])) {
    tag_end = end_of_run(sql, tag_end, [](char c) { return c != '$' && continues_word(c); });
  }
  if (tag_end >= sql.size() || sql[tag_end] != '$') return at + 1;
  const auto tag = sql.substr(at, tag_end + 1 - at);
  const auto close = sql.find(tag, tag_end + 1);
  return close == std::string_view::npos ? sql.size() : close + tag.size();
}

Token word_at(std::string_view sql, std::size_t at) {
  const std::size_t end = end_of_run(sql, at, continues_word);
  const bool escape_string =
      end == at + 1 && (sql[at] == 'e' || sql[at] == 'E') && end < sql.size() && sql[end] == '\'';
  if (!escape_string) return {TokenKind::word, sql.substr(at, end - at)};
  return {TokenKind::other, sql.substr(at, end_of_quoted(sql, end, true) - at)};
}

bool equals_ignoring_case(std::string_view word, std::string_view lower) {
  return std::ranges::equal(word, lower, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// CREATE [OR REPLACE] FUNCTION | PROCEDURE may have a body BEGIN ATOMIC ...; ...; END, with CASE ... END inside.
class RoutineBody {
 public:
  void see(std::string_view word) {
    if (words_ < first_.size()) first_[words_++] = word;
    if (!in_routine()) return;
    if (equals_ignoring_case(word, "begin") || (depth_ > 0 && equals_ignoring_case(word, "case"))) {
      ++depth_;
    } else if (depth_ > 0 && equals_ignoring_case(word, "end")) {
      --depth_;
    }
  }
  bool open() const { return depth_ > 0; }

 private:
  bool in_routine() const {
    if (!equals_ignoring_case(first_[0], "create")) return false;
    const bool replace = equals_ignoring_case(first_[1], "or") && equals_ignoring_case(first_[2], "replace");
    const auto object = first_[replace ? 3 : 1];
    return equals_ignoring_case(object, "function") || equals_ignoring_case(object, "procedure");
  }

  std::array<std::string_view, 4> first_{};
  std::size_t words_ = 0;
  int depth_ = 0;
};

}  // namespace

Token token_at(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  const auto token = [&](TokenKind kind, std::size_t end) { return Token{kind, sql.substr(at, end - at)}; };
  if (is_space(c)) return token(TokenKind::trivia, end_of_run(sql, at, is_space));
  if (sql.substr(at, 2) == "--") {
    return token(TokenKind::trivia, end_of_run(sql, at, [](char d) { return d != '\n' && d != '\r'; }));
  }
  if (sql.substr(at, 2) == "/*") return token(TokenKind::trivia, end_of_block_comment(sql, at));
  if (c == '\'' || c == '"') return token(TokenKind::other, end_of_quoted(sql, at, false));
  if (c == '$') return token(TokenKind::other, end_of_dollar(sql, at));
  if (begins_word(c)) return word_at(sql, at);
  if (c == ';') return token(TokenKind::semicolon, at + 1);
  if (c == '(') return token(TokenKind::open, at + 1);
  if (c == ')') return token(TokenKind::close, at + 1);
  return token(TokenKind::other, at + 1);
}

std::size_t skip_trivia(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    const Token token = token_at(sql, at);
    if (token.kind != TokenKind::trivia) return at;
    at += token.text.size();
  }
  return sql.size();
}

std::vector<Span> split_by_lexer(std::string_view sql) {
  std::vector<Span> spans;
  Span current;
  int parentheses = 0;
  RoutineBody body;
  for (std::size_t at = 0; at < sql.size();) {
    const Token token = token_at(sql, at);
    at += token.text.size();
    if (token.kind == TokenKind::open) ++parentheses;
    if (token.kind == TokenKind::close && parentheses > 0) --parentheses;
    if (token.kind == TokenKind::word && parentheses == 0) body.see(token.text);
    if (token.kind != TokenKind::semicolon || parentheses > 0 || body.open()) continue;
    current.end = at - 1;
    spans.push_back(current);
    current.begin = at;
    body = {};
  }
  current.end = sql.size();
  spans.push_back(current);
  return spans;
}

}  // namespace pgrehearse::sql
