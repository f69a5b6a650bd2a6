// Just enough of PostgreSQL's lexical structure (manual, chapter 4.1) to see where statements begin and end: strings,
// quoted names, dollar quotes, nested comments. The rules for semicolons inside a statement are psql's (psqlscan.l).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace pgrehearse::sql {

enum class TokenKind { trivia, word, semicolon, open, close, other };  // trivia: space or a comment

struct Token {
  TokenKind kind = TokenKind::other;
  std::string_view text;
};

// The token that begins at byte `at`, which must be inside `sql`. One that is not closed reaches to the end.
Token token_at(std::string_view sql, std::size_t at);

// The first byte at or after `at` that is neither space nor comment; sql.size() when there is none.
std::size_t skip_trivia(std::string_view sql, std::size_t at);

struct Span {
  std::size_t begin = 0, end = 0;  // in bytes, end exclusive; the semicolon is outside
};

// The statements by psql's rules. Spans may hold nothing but trivia.
std::vector<Span> split_by_lexer(std::string_view sql);

}  // namespace pgrehearse::sql
