#include "harness/load/script_words.hpp"

#include "harness/load/expression_lexer.hpp"

namespace pgrehearse::load {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

}  // namespace

WordLine read_words(std::string_view text, std::size_t begin, Quotes quotes, std::size_t most) {
  WordLine line{{}, begin};
  std::size_t& at = line.end;
  while (at < text.size() && line.words.size() < most) {
    if (text[at] == '\n') {
      ++at;
      return line;
    }
    if (const std::size_t skipped = is_space(text[at]) ? 1 : continuation(text, at)) {
      at += skipped;
      continue;
    }
    const std::size_t start = at;
    for (bool quoted = false; at < text.size() && text[at] != '\n' && continuation(text, at) == 0; ++at) {
      if (is_space(text[at]) && !quoted) break;
      quoted ^= quotes == Quotes::names && text[at] == '"';
    }
    line.words.push_back({std::string(text.substr(start, at - start)), start});
  }
  return line;
}

}  // namespace pgrehearse::load
