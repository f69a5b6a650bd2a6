// A section of a scenario is a table of its keys, and each key is described once: its name, how it is read into the
// value type, and how it is written back. The parser, the JSON of the manifest and the list of known keys all come from
// these tables (sections.cpp), so they cannot disagree. Internal to this module.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <span>

#include "harness/scenario/known_keys.hpp"
#include "harness/scenario/values.hpp"

namespace pgrehearse::scenario {

template <class T>
struct Field {
  std::string_view key;
  std::string_view expected;
  void (*read)(const Node& node, T& object, Context& context);
  Node (*write)(const T& object);
  void (*list)(const std::string& path, std::vector<KnownKey>& keys);  // what is below the key; null: nothing
  bool stored_only = false;                                            // only to_json() writes it
};

// The keys of a section, in the order of docs/scenario.md. Specialised in sections.cpp.
template <class T>
std::span<const Field<T>> fields();

// A field whose value is reached by `access`: a pointer to the member, or a function of the object.
template <class T, class Codec, auto access>
constexpr Field<T> field(std::string_view key) {
  Field<T> made{
      key, Codec::expected,
      [](const Node& node, T& object, Context& context) { Codec::read(node, std::invoke(access, object), context); },
      [](const T& object) { return Codec::write(std::invoke(access, object)); }, nullptr};
  if constexpr (requires { &Codec::list; }) made.list = &Codec::list;
  return made;
}

// One key of a section, read and written by its field.
template <class T>
void read_field(const Entry& entry, T& object, Context& context) {
  std::vector<std::string> known;
  for (const Field<T>& candidate : fields<T>()) {
    if (candidate.stored_only && !context.stored()) continue;
    if (candidate.key == entry.key) {
      const Context::Key key(context, entry.key);
      return candidate.read(entry.value, object, context);
    }
    known.emplace_back(candidate.key);
  }
  context.add(fmt::format("unknown key '{}'", entry.key), entry.place, suggestion(entry.key, known, "known here"));
}

// Codec: the keys of a struct.
template <class T>
struct Section {
  using Value = T;
  static constexpr std::string_view expected = "a set of keys";
  static void read(const Node& node, T& value, Context& context) {
    if (!is_map(node, context, expected)) return;
    for (const Entry& entry : node.entries) read_field(entry, value, context);
  }
  static Node write(const T& value) {
    Node node;
    node.kind = Node::Kind::map;
    for (const Field<T>& each : fields<T>()) node.entries.push_back({std::string(each.key), {}, each.write(value)});
    return node;
  }
  static void list(const std::string& path, std::vector<KnownKey>& keys) {
    for (const Field<T>& each : fields<T>()) {
      if (each.stored_only) continue;
      const std::string below = path.empty() ? std::string(each.key) : path + '.' + std::string(each.key);
      keys.push_back({below, std::string(each.expected)});
      if (each.list) each.list(below, keys);
    }
  }
};

// Codec: the same, which may be left out.
template <class T>
struct GivenSection {
  using Value = std::optional<T>;
  static constexpr std::string_view expected = Section<T>::expected;
  static void read(const Node& node, Value& value, Context& context) {
    T inner{};
    Section<T>::read(node, inner, context);
    value = std::move(inner);
  }
  static Node write(const Value& value) { return value ? Section<T>::write(*value) : Node{}; }
  static void list(const std::string& path, std::vector<KnownKey>& keys) { Section<T>::list(path, keys); }
};

// Codec: structs under names of the user's choice, into a vector of T with a member `name`, in the order of writing.
template <class T>
struct Named {
  using Value = std::vector<T>;
  static constexpr std::string_view expected = "names, each with a set of keys";
  static void read(const Node& node, Value& value, Context& context) {
    if (!is_map(node, context, expected)) return;
    for (const Entry& entry : node.entries) {
      const Context::Key key(context, entry.key);
      T item{};
      item.name = entry.key;
      if constexpr (requires { item.place; }) item.place = entry.place;
      Section<T>::read(entry.value, item, context);
      value.push_back(std::move(item));
    }
  }
  static Node write(const Value& value) {
    Node node;
    if (value.empty()) return node;
    node.kind = Node::Kind::map;
    for (const T& item : value) node.entries.push_back({item.name, {}, Section<T>::write(item)});
    return node;
  }
  static void list(const std::string& path, std::vector<KnownKey>& keys) { Section<T>::list(path + ".*", keys); }
};

// Codec: values under names, into a map.
template <class Codec>
struct ByName {
  using Value = std::map<std::string, typename Codec::Value>;
  static constexpr std::string_view expected = "names, each with a value";
  static void read(const Node& node, Value& value, Context& context) {
    if (!is_map(node, context, expected)) return;
    for (const Entry& entry : node.entries) {
      const Context::Key key(context, entry.key);
      typename Codec::Value item{};
      if constexpr (requires { item.place; }) item.place = entry.place;
      Codec::read(entry.value, item, context);
      value[entry.key] = std::move(item);
    }
  }
  static Node write(const Value& value) {
    Node node;
    if (value.empty()) return node;
    node.kind = Node::Kind::map;
    for (const auto& [name, item] : value) node.entries.push_back({name, {}, Codec::write(item)});
    return node;
  }
  static void list(const std::string& path, std::vector<KnownKey>& keys) {
    if constexpr (requires { &Codec::list; }) Codec::list(path + ".*", keys);
  }
};

}  // namespace pgrehearse::scenario
