#include "reports/escape.hpp"

#include <algorithm>

#include "reports/text_layout.hpp"

namespace pgrehearse::reports {
namespace {

// What GitHub's dialect can give a meaning in the middle of a sentence. A backslash before anything else would show.
bool needs_backslash(char c) { return std::string_view("\\`*_[]|~#").find(c) != std::string_view::npos; }

}  // namespace

std::string html_escape(std::string_view text) {
  std::string result;
  for (char c : printable(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string markdown_escape(std::string_view text) {
  std::string result;
  for (char c : printable(text)) {
    if (needs_backslash(c)) result += '\\';
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '@') {
      result += "@<!-- -->";  // an invisible comment: "@team" in a message must not call the team
    } else {
      result += c;
    }
  }
  return result;
}

std::string markdown_code(std::string_view text) {
  std::string clean;
  std::size_t run = 0, longest = 0;
  for (char c : printable(text)) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (c == '|') clean += '\\';  // GitHub splits table cells before it reads code spans
    clean += c;
  }
  const std::string fence(longest + 1, '`');
  const bool touches = !clean.empty() && (clean.front() == '`' || clean.back() == '`');
  return clean.empty() ? "" : fence + (touches ? " " + clean + " " : clean) + fence;
}

std::string json_for_html(std::string_view json) {
  std::string result;
  for (char c : json) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

std::string xml_text(std::string_view text) {
  std::string result;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool allowed = byte >= 0x20 || c == '\n' || c == '\t';
    result += allowed ? c : ' ';
  }
  return result;
}

}  // namespace pgrehearse::reports
