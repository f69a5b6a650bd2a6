#include "reports/text_layout.hpp"

#include <algorithm>
#include <cstdint>

namespace pgrehearse::reports {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

// Bytes that do not begin a well-formed sequence stand for themselves.
Character decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const std::size_t bytes = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 1;
  if (bytes == 1 || at + bytes > text.size()) return {first, 1};
  std::uint32_t code = first & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {first, 1};
    code = (code << 6) | (byte(at + i) & 0x3Fu);
  }
  return {code, bytes};
}

struct Span {
  std::uint32_t from, to;
};
// The ranges of Unicode's East Asian Width "W" and "F" that occur in text, and emoji; after wcwidth (Kuhn).
constexpr Span wide[] = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                         {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
constexpr Span zero_width[] = {
    {0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

template <std::size_t N>
bool within(const Span (&spans)[N], std::uint32_t code) {
  return std::any_of(std::begin(spans), std::end(spans), [&](Span s) { return s.from <= code && code <= s.to; });
}

std::size_t columns_of(std::uint32_t code) {
  if (within(zero_width, code)) return 0;
  return within(wide, code) ? 2 : 1;
}

// How many bytes of `text` fit into `width` columns.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const Character character = decode(text, at);
    used += columns_of(character.code);
    if (used > width) break;
    at += character.bytes;
  }
  return at;
}

const char* escape_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "\033[32m";
    case Tone::bad:
      return "\033[31m";
    case Tone::doubt:
      return "\033[33m";
    case Tone::faint:
      return "\033[2m";
    case Tone::plain:
      break;
  }
  return "";
}

std::vector<std::size_t> widths_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (const Column& column : table.columns) widths.push_back(display_width(column.name));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  return widths;
}

void shrink_to(std::vector<std::size_t>& widths, const Table& table, std::size_t available) {
  std::size_t total = 2 * (widths.size() - 1);
  for (std::size_t width : widths) total += width;
  if (total <= available) return;
  std::size_t widest = widths.size();
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (!table.columns[i].right && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
  }
  if (widest == widths.size()) return;
  constexpr std::size_t least = 8;
  const std::size_t excess = total - available;
  widths[widest] = widths[widest] > excess + least ? widths[widest] - excess : std::min(widths[widest], least);
}

void trim_right(std::string& line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text, at);
    width += columns_of(character.code);
    at += character.bytes;
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text, at);
    const bool control = character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0);
    if (control) {
      result += ' ';
    } else {
      result += text.substr(at, character.bytes);
    }
    at += character.bytes;
  }
  return result;
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return "";
  return std::string(text.substr(0, bytes_within(text, width - 1))) + "…";
}

std::string cut_middle(std::string_view text, std::size_t width) {
  const std::size_t whole = display_width(text);
  if (whole <= width) return std::string(text);
  if (width == 0) return "";
  const std::string_view head = text.substr(0, bytes_within(text, width / 2));
  const std::size_t space_left = width - 1 - display_width(head);
  std::string_view tail = text;
  while (display_width(tail) > space_left) tail.remove_prefix(decode(tail, 0).bytes);
  return std::string(head) + "…" + std::string(tail);
}

std::string pad(std::string_view text, std::size_t width, bool right) {
  const std::size_t used = display_width(text);
  const std::string space(width > used ? width - used : 0, ' ');
  return right ? space + std::string(text) : std::string(text) + space;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (display_width(text) > width) {
    const std::size_t fits = std::max<std::size_t>(bytes_within(text, width), 1);
    const bool at_space = text[fits] == ' ';
    const std::size_t space = at_space ? fits : text.substr(0, fits).rfind(' ');
    const std::size_t end = space == std::string_view::npos || space == 0 ? fits : space;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  lines.emplace_back(text);
  return lines;
}

std::string tinted(std::string_view text, Tone tone, const TextStyle& style) {
  if (!style.colour || tone == Tone::plain) return std::string(text);
  return escape_of(tone) + std::string(text) + "\033[0m";
}

std::string bold(std::string_view text, const TextStyle& style) {
  return style.colour ? "\033[1m" + std::string(text) + "\033[0m" : std::string(text);
}

std::string aligned(const Table& table, std::size_t indent, const TextStyle& style) {
  std::vector<std::size_t> widths = widths_of(table);
  shrink_to(widths, table, style.width - indent);
  std::string text;
  const auto add_line = [&](const std::vector<Cell>& row, bool header) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Column& column = table.columns[i];
      const std::string words = printable(row[i].text);
      const std::string fitting = column.place ? cut_middle(words, widths[i]) : cut(words, widths[i]);
      line += tinted(pad(fitting, widths[i], column.right), header ? Tone::faint : row[i].tone, style);
      line += "  ";
    }
    trim_right(line);
    text += line + "\n";
  };
  std::vector<Cell> names;
  for (const Column& column : table.columns) names.emplace_back(column.name);
  add_line(names, true);
  for (const auto& row : table.rows) add_line(row, false);
  return text;
}

}  // namespace pgrehearse::reports
