#include <fmt/format.h>

#include "harness/scenario/document.hpp"

namespace pgrehearse::scenario {
namespace {

// RFC 8259, section 7. Bytes above 127 are passed on: the text is UTF-8.
std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (c == '\n') {
      json += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string list(const std::vector<Node>& items) {
  std::string json;
  for (const Node& item : items) json += (json.empty() ? "" : ", ") + to_json(item);
  return '[' + json + ']';
}

std::string map(const std::vector<Entry>& entries) {
  std::string json;
  for (const Entry& entry : entries) {
    if (entry.value.kind == Node::Kind::nothing) continue;
    json += (json.empty() ? "" : ", ") + quoted(entry.key) + ": " + to_json(entry.value);
  }
  return '{' + json + '}';
}

}  // namespace

std::string to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::nothing:
      return "null";
    case Node::Kind::scalar:
      return node.literal ? node.text : quoted(node.text);
    case Node::Kind::list:
      return list(node.items);
    case Node::Kind::map:
      return map(node.entries);
  }
  return {};
}

}  // namespace pgrehearse::scenario
