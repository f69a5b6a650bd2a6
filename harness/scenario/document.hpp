// A scenario before it is understood: a tree of text in which every node knows where it stands. YAML files, JSON and
// command-line flags all become such trees, so that one reader (fields.hpp) gives all of them meaning and every
// mistake can name its place. Internal to this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::scenario {

struct Entry;

struct Node {
  enum class Kind { nothing, scalar, list, map };
  Kind kind = Kind::nothing;
  base::Place place;
  std::string text;            // scalar
  int text_line = 0;           // the line of the text's first line: after the `|` of a block
  bool literal = false;        // scalar: a number or a boolean, written to JSON without quotes
  std::vector<Node> items;     // list
  std::vector<Entry> entries;  // map, in the order of writing; keys are unique

  const Node* find(std::string_view key) const;  // of a map; null when it has no such key
  // The entry of this key, added at the end when there is none. Makes a map of a node that is nothing.
  Node& at(std::string_view key, const base::Place& key_place);
  void erase(std::string_view key);
};

struct Entry {
  std::string key;
  base::Place place;  // of the key
  Node value;
};

Node scalar(std::string text, base::Place place = {});
Node literal(std::string text);  // for writing JSON

// The one document of a YAML (or JSON) text; `file` is what places name. Reports duplicate keys, keys that are not
// plain text, syntax errors, empty and multiple documents. Aliases are expanded, within reason.
base::Result<Node> parse_document(const std::string& text, const std::string& file);
// As JSON on one line, keys in their order; members without a value are left out.
std::string to_json(const Node& node);

}  // namespace pgrehearse::scenario
