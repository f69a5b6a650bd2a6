#include "harness/scenario/script_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace pgrehearse::scenario {
namespace {

constexpr std::size_t size_limit = 16 << 20;

bool is_blank(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); });
}

// How many bytes a character has that starts with `lead`; 0: none does.
int length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

// Well-formed enough for JSON: lead bytes with their continuations, and no zero bytes.
bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const int length = text[at] == 0 ? 0 : length_of(static_cast<unsigned char>(text[at]));
    if (length == 0 || at + static_cast<std::size_t>(length) > text.size()) return false;
    for (int i = 1; i < length; ++i) {
      if ((text[at + static_cast<std::size_t>(i)] & 0xc0) != 0x80) return false;
    }
    at += static_cast<std::size_t>(length);
  }
  return true;
}

}  // namespace

void read_inline_script(const Node& node, Script& script, Context& context) {
  const std::string* text = text_of(node, context, "the script's statements");
  if (!text) return;
  if (is_blank(*text)) return context.add("the script is empty", node.place);
  script.text = *text;
  if (context.stored()) return;  // its source stands beside it
  script.source = node.place.file;
  script.source_line = std::max(node.text_line, 1);
}

void read_script_file(const Node& node, Script& script, Context& context) {
  const auto before = context.mistakes();
  File::read(node, script.source, context);
  if (context.mistakes() > before) return;
  const auto text = read_text_file(script.source);
  if (!text) return context.add(text.errors().front(), node.place);
  if (is_blank(*text)) return context.add(fmt::format("'{}' is empty", node.text), node.place);
  script.text = *text;
  script.source_line = 1;
}

base::Result<std::string> read_text_file(const std::string& path) {
  std::error_code problem;
  if (std::filesystem::is_directory(path, problem)) return base::usage_error(fmt::format("'{}' is a folder", path));
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return base::usage_error(fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
  std::string text;
  char buffer[65536];
  while (stream.read(buffer, sizeof buffer) || stream.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(stream.gcount()));
    if (text.size() > size_limit) {
      return base::usage_error(fmt::format("'{}' is larger than 16 MB", path));
    }
  }
  if (stream.bad()) return base::usage_error(fmt::format("cannot read '{}'", path));
  if (!is_utf8(text)) return base::usage_error(fmt::format("'{}' is not UTF-8 text", path), "convert it with iconv");
  return text;
}

}  // namespace pgrehearse::scenario
