// A table before it has a form: the same rows become aligned text, Markdown and HTML.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pgrehearse::reports {

// What a cell means, for colour; every tone also differs in its text, so that nothing depends on colour.
enum class Tone { plain, good, bad, doubt, faint };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
  Cell() = default;
  Cell(std::string text_, Tone tone_ = Tone::plain) : text(std::move(text_)), tone(tone_) {}
  Cell(const char* text_) : text(text_) {}
};

struct Column {
  std::string name;
  bool right = false;  // numbers
  bool code = false;   // SQL, file names
  bool place = false;  // a file and a line: what does not fit is cut out of the middle
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // each as long as `columns`
};

}  // namespace pgrehearse::reports
