// One SQL statement of a script: where it ends, and which variables it uses. The scan follows PostgreSQL's lexer
// (scan.l) as far as quoting goes: 'text', E'text', "names", $tag$text$tag$, -- and nested /* comments */; psql's rule
// that a semicolon inside parentheses does not end a statement; and the two colons of a cast.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::load {

struct VariableUse {
  std::string name;
  std::size_t offset;  // of its colon in the scanned text
};

struct SqlStatement {
  std::string sql;  // without the semicolon, with $1, $2, ... for the variables: each use has a number of its own
  std::vector<VariableUse> uses;
  std::size_t end = 0;             // offset behind the statement and its semicolon
  const char* unclosed = nullptr;  // the quote that is open at the end of the text, in words; null: none
};

// Scans the statement that begins at `begin` (no white space, no comment in front of it).
SqlStatement scan_sql_statement(std::string_view text, std::size_t begin);
// The offset of the next character from `begin` on that is neither white space nor part of a comment.
std::size_t skip_blank(std::string_view text, std::size_t begin);

}  // namespace pgrehearse::load
