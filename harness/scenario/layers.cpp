#include "harness/scenario/layers.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace pgrehearse::scenario {
namespace {

using Path = std::vector<std::string_view>;
using Words = std::vector<std::string_view>;

// Groups of keys in the section at `path` (* is any name) of which a scenario uses one.
struct Alternatives {
  Path path;
  std::vector<Words> groups;
};

const std::array alternatives{
    Alternatives{{"migration"}, {{"folder", "format", "only", "last"}, {"up", "down"}}},
    Alternatives{{"migration"}, {{"only"}, {"last"}}},
    Alternatives{{"traffic", "scripts", "*"}, {{"sql"}, {"file"}}},
    Alternatives{{"traffic", "scripts", "*"}, {{"weight"}, {"rate"}}},
    Alternatives{{"applications", "*", "scripts", "*"}, {{"sql"}, {"file"}}},
    Alternatives{{"applications", "*", "scripts", "*"}, {{"weight"}, {"rate"}}},
    Alternatives{{"tables", "*", "columns", "*"},
                 {{"values", "weights"},
                  {"minimum", "maximum"},
                  {"pattern"},
                  {"kind"},
                  {"normal"},
                  {"log_normal"},
                  {"sequence"},
                  {"period"},
                  {"expression"}}},
};

bool matches(const Path& pattern, const Path& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](std::string_view word, std::string_view name) { return word == "*" || word == name; });
}

bool names_one_of(const Node& node, const Words& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return node.find(key) != nullptr; });
}

void drop_alternatives(Node& base, const Node& over, const Path& path) {
  for (const Alternatives& choice : alternatives) {
    if (!matches(choice.path, path)) continue;
    for (const Words& group : choice.groups) {
      if (!names_one_of(over, group)) continue;
      for (const Words& other : choice.groups) {
        if (&other == &group) continue;
        for (const std::string_view key : other) base.erase(key);
      }
    }
  }
  // A closed loop has no rate; the one below was meant for the open loop.
  const Node* loop = path == Path{"traffic"} ? over.find("loop") : nullptr;
  if (loop && loop->text == "closed") base.erase("rate");
}

// The key under which `base` already has what `over` calls `key`.
std::string_view key_below(const Node& base, std::string_view key, const Path& path) {
  if (path != Path{"tables"}) return key;
  for (const Entry& entry : base.entries) {
    if (same_table(entry.key, key)) return entry.key;
  }
  return key;
}

void merge(Node& base, const Node& over, Path& path) {
  if (base.kind != Node::Kind::map || over.kind != Node::Kind::map) {
    base = over;
    return;
  }
  drop_alternatives(base, over, path);
  for (const Entry& entry : over.entries) {
    const std::string key(key_below(base, entry.key, path));
    const bool is_new = base.find(key) == nullptr;
    Node& below = base.at(key, entry.place);
    path.push_back(entry.key);
    if (is_new) {
      below = entry.value;
    } else {
      merge(below, entry.value, path);
    }
    path.pop_back();
  }
}

std::string_view without_public(std::string_view table) {
  return table.starts_with("public.") ? table.substr(7) : table;
}

}  // namespace

Node overlay(Node base, const Node& over) {
  Path path;
  merge(base, over, path);
  return base;
}

bool same_table(std::string_view a, std::string_view b) { return without_public(a) == without_public(b); }

}  // namespace pgrehearse::scenario
