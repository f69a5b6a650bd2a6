#include "generators/array_text.hpp"

namespace pgrehearse::generators {
namespace {

bool needs_quotes(std::string_view text) {
  return text.empty() || text == "NULL" || text == "null" || text.find_first_of("\"\\{}(),; \t\n") != text.npos;
}

// Reads the element that begins at `at`, and leaves `at` behind it. None: a nested array, or the text ends within.
std::optional<std::optional<std::string>> read_element(std::string_view text, std::size_t& at, char delimiter) {
  std::string element;
  bool quoted = at < text.size() && text[at] == '"';
  for (at += quoted ? 1 : 0; at < text.size(); ++at) {
    char c = text[at];
    if (quoted ? c == '"' : c == delimiter || c == '}') break;
    if (!quoted && c == '{') return {};
    if (c == '\\' && ++at == text.size()) return {};
    element += text[at];
  }
  if (at == text.size()) return {};
  at += quoted ? 1 : 0;
  if (!quoted && element == "NULL") return std::optional<std::string>();
  return element;
}

}  // namespace

void append_quoted(std::string_view text, std::string& out) {
  if (!needs_quotes(text)) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

std::optional<ArrayElements> parse_array(std::string_view text, char delimiter) {
  if (text == "{}") return ArrayElements();
  if (!text.starts_with('{') || !text.ends_with('}')) return {};
  ArrayElements elements;
  for (std::size_t at = 1; at < text.size(); ++at) {
    auto element = read_element(text, at, delimiter);
    if (!element) return {};
    elements.push_back(std::move(*element));
    if (at + 1 == text.size()) return elements;
    if (at >= text.size() || text[at] != delimiter) return {};
  }
  return {};
}

}  // namespace pgrehearse::generators
