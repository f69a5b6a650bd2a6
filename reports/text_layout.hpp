// Text in columns of a terminal. Widths are what a terminal shows, not bytes: UTF-8 is decoded, combining marks take no
// column and East Asian wide characters two. Control characters never come out: a name could carry an escape sequence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/table.hpp"

namespace pgrehearse::reports {

// Columns that `text` takes. Bytes that are not UTF-8 count one each.
std::size_t display_width(std::string_view text);
// Without control characters (each becomes a space).
std::string printable(std::string_view text);
// At most `width` columns; what is longer ends in "…".
std::string cut(std::string_view text, std::size_t width);
// The same with the "…" in the middle: of "2026-01-02-000000_add_x/up.sql:1" both ends tell.
std::string cut_middle(std::string_view text, std::size_t width);
std::string pad(std::string_view text, std::size_t width, bool right);
// Lines of at most `width` columns, broken at spaces (a longer word is broken anywhere). Never empty.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

struct TextStyle {
  bool colour = false;
  std::size_t width = 100;
};

// `text` in the tone's colour, or unchanged without colour.
std::string tinted(std::string_view text, Tone tone, const TextStyle& style);
std::string bold(std::string_view text, const TextStyle& style);
// Header and rows, columns two spaces apart, each line indented; when it is too wide, the widest left-aligned column
// is cut. Ends with a newline.
std::string aligned(const Table& table, std::size_t indent, const TextStyle& style);

}  // namespace pgrehearse::reports
