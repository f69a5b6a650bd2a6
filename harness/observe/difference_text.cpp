#include "harness/observe/difference_text.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace pgrehearse::observe {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '"' || c == '.'; }

// Nobody writes microseconds by hand: such a constant is the time at which the view was made.
std::string without_moments(const std::string& text) {
  static const std::regex moment(R"('(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+([+-]\d\d(:?\d\d)?)?'::)");
  return std::regex_replace(text, moment, "'now'::");
}

// Drops parentheses and spaces outside single quotes; one space stays between words that would run together.
std::string without_parentheses(std::string_view text) {
  std::string kept;
  bool quoted = false, gap = false;
  for (char c : text) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && (c == '(' || c == ')' || std::isspace(static_cast<unsigned char>(c)))) {
      gap = true;
      continue;
    }
    if (gap && !kept.empty() && is_word(kept.back()) && is_word(c)) kept += ' ';
    gap = false;
    kept += c;
  }
  return kept;
}

void replace_words(std::string& text, std::string_view word, std::string_view by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) {
    const auto end = at + word.size();
    const bool whole = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (whole) text.replace(at, word.size(), by);
  }
}

std::string one_line(std::string_view text) {
  std::string line;
  for (char c : text) {
    const bool space = std::isspace(static_cast<unsigned char>(c));
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string cut(const std::string& text, std::size_t from) {
  constexpr std::size_t longest = 120;
  std::string part = text.substr(from, longest);
  if (from > 0) part = "..." + part;
  if (from + longest < text.size()) part += "...";
  return part;
}

}  // namespace

std::string after_phase(std::string_view phase) {
  return phase == "up_again" ? "after the second up" : "after " + std::string(phase);
}

std::string skeleton(std::string_view definition) {
  std::string text = without_moments(std::string(definition));
  replace_words(text, "CURRENT_TIMESTAMP", "now()");
  return without_parentheses(text);
}

Excerpts excerpts(std::string_view was, std::string_view is) {
  constexpr std::size_t context = 40, short_enough = 120;
  const std::string a = one_line(was), b = one_line(is);
  if (a.size() <= short_enough && b.size() <= short_enough) return {a, b};
  const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto same = static_cast<std::size_t>(differ.first - a.begin());
  const std::size_t from = same > context ? same - context : 0;
  return {cut(a, from), cut(b, from)};
}

}  // namespace pgrehearse::observe
