#include "harness/sql/split.hpp"

#include <pg_query.h>

#include <algorithm>
#include <optional>

#include "harness/sql/split_lexer.hpp"

namespace pgrehearse::sql {
namespace {

// Nothing when the grammar refuses the text.
std::optional<std::vector<Span>> split_by_grammar(const std::string& text) {
  const PgQuerySplitResult result = pg_query_split_with_parser(text.c_str());
  std::optional<std::vector<Span>> spans;
  if (result.error == nullptr) {
    spans.emplace();
    for (int i = 0; i < result.n_stmts; ++i) {
      const auto begin = static_cast<std::size_t>(result.stmts[i]->stmt_location);
      const auto length = static_cast<std::size_t>(result.stmts[i]->stmt_len);
      spans->push_back({begin, length == 0 ? text.size() : begin + length});  // 0: to the end, as in RawStmt
    }
  }
  pg_query_free_split_result(result);
  return spans;
}

}  // namespace

std::vector<Statement> split(std::string_view text) {
  auto spans = split_by_grammar(std::string(text));
  if (!spans) spans = split_by_lexer(text);
  std::vector<Statement> statements;
  std::size_t counted = 0;
  int line = 1;
  for (const Span& span : *spans) {
    const std::size_t first = skip_trivia(text.substr(0, span.end), span.begin);
    if (first >= span.end) continue;
    line += static_cast<int>(std::ranges::count(text.substr(counted, first - counted), '\n'));
    counted = first;
    const auto body = text.substr(first, span.end - first);
    Statement statement{std::string(body.substr(0, body.find_last_not_of(" \t\r\n\f\v") + 1)), first, line, {}};
    statement.kind = classify(statement.text);
    statements.push_back(std::move(statement));
  }
  return statements;
}

int line_of_byte(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

int line_of_position(std::string_view text, int position) {
  std::size_t at = 0;
  for (int characters = 0; at < text.size(); ++at) {
    const bool first_byte = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (first_byte && ++characters >= position) break;
  }
  return line_of_byte(text, at);
}

}  // namespace pgrehearse::sql
