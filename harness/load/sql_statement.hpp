// One SQL statement of a script: where it ends, and which variables it uses. The scan follows PostgreSQL's lexer
// (scan.l) as far as quoting goes: 'text', E'text', "names", $tag$text$tag$, -- and nested /* comments */; psql's rules
// (psqlscan.l) that a semicolon in parentheses or in the body of an SQL function does not end a statement, that \; is
// one that goes to the server, and that any other backslash begins a command; and the two colons of a cast.
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
  std::string text;  // as it stands, but for \; and \: which lose their backslash; without the semicolon at its end
  std::string sql;   // the same with $1, $2, ... for the variables: each use has a number of its own
  std::vector<VariableUse> uses;
  std::size_t end = 0;             // offset behind the statement and its semicolon, or of the backslash that ended it
  const char* unclosed = nullptr;  // the quote that is open at the end of the text, in words; null: none
};

// Scans the statement that begins at `begin` (no white space, no comment in front of it).
SqlStatement scan_sql_statement(std::string_view text, std::size_t begin);
// The offset of the next character from `begin` on that is neither white space nor part of a comment.
std::size_t skip_blank(std::string_view text, std::size_t begin);

// A part of a statement for the simple protocol, where pgbench pastes values in, also between quotes: some text, and
// the variable behind it (none at the end).
struct TextPart {
  std::string text, variable;
};
std::vector<TextPart> split_at_variables(std::string_view text);

}  // namespace pgrehearse::load
