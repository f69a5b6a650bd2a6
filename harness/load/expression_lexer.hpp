// The words of pgbench's expressions (its exprscan.l). Private to this module.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/load/value.hpp"

namespace pgrehearse::load {

enum class TokenKind : std::uint8_t {
  end,  // of the line or the text
  constant,
  too_large,  // 9223372036854775808, which only a minus sign makes a number
  variable,
  name,
  or_,
  and_,
  not_,
  is,
  isnull,
  notnull,
  case_,
  when,
  then,
  else_,
  end_,
  symbol,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;          // a symbol, or a name without its colon
  Value value{};                  // of a constant
  std::size_t offset = 0;         // in the script
  std::size_t last = 0;           // of its last character: where pgbench points
  const char* mistake = nullptr;  // what is wrong with it, in pgbench's words; its text says more
};

// The token at or behind `begin`.
Token next_token(std::string_view text, std::size_t begin);
// The offset behind a token.
inline std::size_t behind(const Token& token) { return token.last + 1; }

// The length of the line continuation (a backslash and the end of its line) at `at`; 0: there is none.
std::size_t continuation(std::string_view text, std::size_t at);

}  // namespace pgrehearse::load
