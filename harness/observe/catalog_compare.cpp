#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/observe/catalog_snapshot.hpp"
#include "harness/observe/difference_text.hpp"

namespace pgrehearse::observe {
namespace {

using Key = CatalogSnapshot::Key;
using Named = std::pair<std::string, std::string>;  // kind, name

std::set<Named> names_of(const CatalogSnapshot& snapshot) {
  std::set<Named> names;
  for (const auto& [key, object] : snapshot.objects) names.emplace(key.kind, key.name);
  return names;
}

// Objects of a table that one of the two lacks are told by the table's own line.
bool goes_with_parent(const CatalogObject& object, const std::set<Named>& others) {
  return !object.parent_name.empty() && !others.contains({object.parent_kind, object.parent_name});
}

// The value for people: what is absent is at its default, which for a yes or no is the other one.
std::string shown(const std::string& value, const std::string& other) {
  if (!value.empty()) return value;
  return other == "yes" ? "no" : other == "no" ? "yes" : "none";
}

const std::string& value_of(const CatalogObject& object, const std::string& attribute) {
  static const std::string absent;
  const auto found = object.attributes.find(attribute);
  return found == object.attributes.end() ? absent : found->second;
}

// Whether PostgreSQL keeps it as a parsed expression, so that its spelling is PostgreSQL's and not the user's.
bool is_expression(const std::string& kind, const std::string& attribute) {
  static const std::set<std::string> attributes{"definition", "default",    "generated",
                                                "using",      "with check", "constraints"};
  return attributes.contains(attribute) && kind != "function" && kind != "procedure";
}

void compare_attributes(const Key& key, const CatalogObject& was, const CatalogObject& is, const std::string& when,
                        record::Comparison& result) {
  std::set<std::string> attributes;
  for (const auto& [name, value] : was.attributes) attributes.insert(name);
  for (const auto& [name, value] : is.attributes) attributes.insert(name);
  for (const std::string& attribute : attributes) {
    const std::string &a = value_of(was, attribute), &b = value_of(is, attribute);
    if (a == b) continue;
    const bool harmless = is_expression(key.kind, attribute) && skeleton(a) == skeleton(b);
    const auto [before, after] = excerpts(shown(a, b), shown(b, a));
    auto& lines = harmless ? result.notes : result.differences;
    lines.push_back(fmt::format("{} {}: {} was {}, is {} {}", key.kind, key.name, attribute, before, after, when));
  }
}

// Names of the columns of each table in order, of those only that `other` has as well.
std::map<std::string, std::vector<std::string>> column_orders(const CatalogSnapshot& snapshot,
                                                              const CatalogSnapshot& other) {
  std::map<std::string, std::map<int, std::string>> by_position;
  for (const auto& [key, object] : snapshot.objects) {
    if (object.position == 0 || !other.objects.contains(key)) continue;
    by_position[object.parent_name][object.position] = key.name.substr(object.parent_name.size() + 1);
  }
  std::map<std::string, std::vector<std::string>> orders;
  for (const auto& [table, columns] : by_position) {
    for (const auto& [position, name] : columns) orders[table].push_back(name);
  }
  return orders;
}

void compare_column_orders(const CatalogSnapshot& before, const CatalogSnapshot& after, const std::string& when,
                           record::Comparison& result) {
  const auto were = column_orders(before, after), are = column_orders(after, before);
  for (const auto& [table, is] : are) {
    const auto was = were.find(table);
    if (was == were.end() || was->second == is) continue;
    result.notes.push_back(fmt::format("table {}: the order of columns was {}, is {} {}", table,
                                       fmt::join(was->second, ", "), fmt::join(is, ", "), when));
  }
}

}  // namespace

record::Comparison compare(const CatalogSnapshot& before, const CatalogSnapshot& after, const std::string& phase) {
  const std::string when = after_phase(phase);
  record::Comparison result;
  result.what = "schema";
  result.after = phase;
  const auto were = names_of(before), are = names_of(after);
  for (const auto& [key, was] : before.objects) {
    const auto is = after.objects.find(key);
    if (is != after.objects.end()) {
      compare_attributes(key, was, is->second, when, result);
    } else if (!goes_with_parent(was, are)) {
      result.differences.push_back(fmt::format("{} {}: missing {}", key.kind, key.name, when));
    }
  }
  for (const auto& [key, is] : after.objects) {
    if (before.objects.contains(key) || goes_with_parent(is, were)) continue;
    result.differences.push_back(
        fmt::format("{} {}: {} {}", key.kind, key.name, phase == "down" ? "still there" : "new", when));
  }
  compare_column_orders(before, after, when, result);
  result.equal = result.differences.empty();
  return result;
}

}  // namespace pgrehearse::observe
