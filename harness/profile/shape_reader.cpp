#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/files.hpp"
#include "harness/profile/json_object.hpp"
#include "harness/profile/json_places.hpp"
#include "harness/profile/shape_checks.hpp"
#include "harness/profile/shape_file.hpp"

namespace pgrehearse::profile {
namespace {

using Json = nlohmann::ordered_json;
using generators::ColumnStatistics;
using generators::ElementStatistics;
using generators::FanOut;
using generators::JointStatistics;
using generators::Mark;
using generators::RangeStatistics;

constexpr double unlimited = std::numeric_limits<double>::infinity();

Mark bound(const Node& node) {
  Mark mark;
  if (node.is_text()) {
    mark.value = node.text();
  } else if (node.is_number()) {
    mark.length = static_cast<std::uint32_t>(node.count());
  } else {
    node.complain("is no mark: a value as text, a length as a number, or a list of one of them and its share");
  }
  return mark;
}

Mark mark(const Node& node) {
  if (!node.is_list()) return bound(node);
  const auto pair = node.list();
  if (pair.size() != 2) {
    node.complain("is no common value: a list of the value (or its length) and its share");
    return {};
  }
  Mark read = bound(pair[0]);
  read.frequency = pair[1].number(0, 1);
  if (read.frequency == 0) pair[1].complain("is 0, but a common value has a share above 0", kAnalyzeAgain);
  return read;
}

std::vector<Mark> marks(const Node& node) {
  std::vector<Mark> all;
  for (const Node& item : node.list()) all.push_back(mark(item));
  return all;
}

std::vector<double> numbers(const Node& node, double least) {
  std::vector<double> all;
  for (const Node& item : node.list()) all.push_back(item.number(least));
  return all;
}

ElementStatistics elements(const Node& node) {
  Members members(node);
  ElementStatistics read;
  if (const auto common = members.need("common")) read.common = marks(*common);
  if (const auto counts = members.need("counts")) {
    read.counts = numbers(*counts, 0);
    check_ascending(*counts, read.counts);
  }
  read.average_count = members.number("average_count", 0, unlimited);
  if (const auto nulls = members.find("null_elements")) read.null_elements = nulls->number(0, 1);
  return read;
}

RangeStatistics ranges(const Node& node) {
  Members members(node);
  RangeStatistics read;
  read.empty_fraction = members.number("empty_fraction", 0, 1);
  read.unbounded_fraction = members.number("unbounded_fraction", 0, 1);
  if (const auto lengths = members.need("lengths")) {
    read.lengths = numbers(*lengths, 0);
    check_ascending(*lengths, read.lengths);
  }
  if (members.find("lower")) read.lower = members.texts("lower");
  if (members.find("upper")) read.upper = members.texts("upper");
  return read;
}

std::vector<std::uint32_t> widths(const Node& node) {
  std::vector<std::uint32_t> read;
  for (const Node& item : node.list()) read.push_back(static_cast<std::uint32_t>(item.count()));
  check_ascending(node, {read.begin(), read.end()});
  return read;
}

ColumnStatistics column(const Node& node) {
  Members members(node);
  ColumnStatistics read;
  if (const auto type = members.find("type")) read.type = type->text();
  read.null_fraction = members.number("null_fraction", 0, 1);
  read.distinct = members.number("distinct", -1, unlimited);
  read.average_width = members.number("average_width", 0, unlimited);
  if (const auto correlation = members.find("correlation")) read.correlation = correlation->number(-1, 1);
  if (const auto all = members.find("marks")) {
    read.marks = marks(*all);
    check_marks(*all, read);
  }
  if (const auto all = members.find("widths")) read.widths = widths(*all);
  if (const auto share = members.find("stored_share")) read.stored_share = share->number(0);
  if (const auto share = members.find("plain_share")) read.plain_share = share->number(0);
  if (const auto correlation = members.find("together")) read.together = correlation->number(-1, 1);
  if (const auto all = members.find("elements")) read.elements = elements(*all);
  if (const auto all = members.find("ranges")) read.ranges = ranges(*all);
  return read;
}

FanOut fan_out(const Node& node) {
  Members members(node);
  FanOut read;
  read.parents_with_children = members.number("parents_with_children", 0, 1);
  if (const auto children = members.need("children")) {
    read.children = numbers(*children, 1);
    check_ascending(*children, read.children);
    if (read.parents_with_children > 0 && read.children.size() < 2) {
      children->complain("needs the least and the most children of a parent that has any");
    }
  }
  return read;
}

std::optional<Mark> combined(const Node& node) {
  if (node.is_null()) return {};
  Mark mark;
  if (node.is_text()) {
    mark.value = node.text();
    return mark;
  }
  Members members(node);
  mark.length = static_cast<std::uint32_t>(members.count("length"));
  if (const auto place = members.find("place")) mark.place = static_cast<std::uint32_t>(place->count());
  return mark;
}

JointStatistics::Combination combination(const Node& node, std::size_t columns) {
  Members members(node);
  JointStatistics::Combination read;
  if (const auto values = members.need("values")) {
    for (const Node& value : values->list()) read.values.push_back(combined(value));
    if (read.values.size() != columns) {
      values->complain(fmt::format("has {} values for {} columns", read.values.size(), columns));
    }
  }
  read.frequency = members.number("frequency", 0, 1);
  return read;
}

JointStatistics joint(const Node& node) {
  Members members(node);
  JointStatistics read;
  read.columns = members.texts("columns");
  if (const auto all = members.need("distinct")) {
    for (const Node& item : all->list()) {
      Members one(item);
      const auto columns = one.texts("columns");
      read.distinct[columns] = one.number("number", -1, unlimited);
    }
  }
  if (const auto all = members.need("dependencies")) {
    for (const Node& item : all->list()) {
      Members one(item);
      const auto from = one.texts("from");
      const auto to = one.text("to");
      read.dependencies.push_back({from, to, one.number("degree", 0, 1)});
    }
  }
  if (const auto all = members.need("common")) {
    for (const Node& item : all->list()) read.common.push_back(combination(item, read.columns.size()));
  }
  check_joint(node, read);
  return read;
}

std::optional<int> fillfactor(Members& members) {
  const auto node = members.find("fillfactor");
  if (!node) return {};
  return static_cast<int>(node->number(10, 100));
}

Index index(const Node& node) {
  Members members(node);
  Index read;
  read.name = members.text("name");
  read.method = members.text("method");
  read.columns = members.texts("columns");
  if (const auto unique = members.need("unique")) read.unique = unique->boolean();
  if (const auto partial = members.need("partial")) read.partial = partial->boolean();
  read.bytes = members.count("bytes");
  read.fillfactor = fillfactor(members);
  return read;
}

Table table(const Node& node) {
  Members members(node);
  Table read;
  generators::TableStatistics& statistics = read.statistics;
  statistics.schema = members.text("schema");
  statistics.name = members.text("name");
  statistics.rows = members.count("rows");
  statistics.heap_bytes = members.count("heap_bytes");
  statistics.toast_bytes = members.count("toast_bytes");
  statistics.index_bytes = members.count("index_bytes");
  statistics.dead_fraction = members.number("dead_fraction", 0, 1);
  read.fillfactor = fillfactor(members);
  if (const auto all = members.need("indexes")) {
    for (const Node& item : all->list()) read.indexes.push_back(index(item));
  }
  const auto columns = members.need("columns");
  if (columns) {
    for (const auto& [name, item] : columns->named()) statistics.columns[name] = column(item);
    check_columns(*columns, read);
  }
  if (const auto all = members.need("fan_outs")) {
    for (const auto& [name, item] : all->named()) statistics.fan_outs[name] = fan_out(item);
  }
  if (const auto all = members.need("joint")) {
    for (const Node& item : all->list()) {
      statistics.joint.push_back(joint(item));
      check_joint_columns(item, statistics.joint.back(), statistics);
    }
  }
  return read;
}

Sequence sequence(const Node& node) {
  Members members(node);
  Sequence read;
  read.schema = members.text("schema");
  read.name = members.text("name");
  if (const auto increment = members.need("increment")) read.increment = increment->whole();
  if (const auto last = members.find("last_value")) read.last_value = last->whole();
  return read;
}

TrafficStatement statement(const Node& node) {
  Members members(node);
  TrafficStatement read;
  read.sql = members.text("sql");
  read.calls = members.count("calls");
  read.total_ms = members.number("total_ms", 0, unlimited);
  read.rows = members.count("rows");
  return read;
}

LeftOut left_out(const Node& node) {
  Members members(node);
  LeftOut read;
  read.reason = members.text("reason");
  read.statements = members.count("statements");
  read.calls = members.count("calls");
  read.total_ms = members.number("total_ms", 0, unlimited);
  return read;
}

Traffic traffic(const Node& node) {
  Members members(node);
  Traffic read;
  if (const auto version = members.need("version"); version && version->whole() != kTrafficVersion) {
    version->complain(fmt::format("is {}, but this program reads version {}", version->whole(), kTrafficVersion));
  }
  if (const auto seconds = members.find("seconds")) read.seconds = seconds->number(1e-3, unlimited);
  if (const auto all = members.need("statements")) {
    for (const Node& item : all->list()) read.statements.push_back(statement(item));
  }
  if (const auto all = members.need("left_out")) {
    for (const Node& item : all->list()) read.left_out.push_back(left_out(item));
  }
  return read;
}

Shape shape(const Node& root) {
  Members members(root);
  Shape read;
  members.find("pgrehearse_shape");  // checked before
  if (const auto server = members.need("server")) {
    Members origin(*server);
    read.origin.major = static_cast<int>(origin.count("major"));
    read.origin.version = origin.text("version");
    read.origin.encoding = origin.text("encoding");
    read.origin.locale = origin.text("locale");
  }
  if (const auto settings = members.need("settings")) {
    for (const auto& [name, value] : settings->named()) read.settings[name] = value.text();
  }
  if (const auto schema = members.find("schema")) {
    read.schema_sql = "";
    for (const Node& line : schema->list()) *read.schema_sql += line.text() + "\n";
  }
  if (const auto all = members.need("sequences")) {
    for (const Node& item : all->list()) read.sequences.push_back(sequence(item));
  }
  if (const auto all = members.need("tables")) {
    for (const Node& item : all->list()) read.tables.push_back(table(item));
    check_tables(*all, read.tables);
  }
  if (const auto section = members.find("traffic")) read.traffic = traffic(*section);
  return read;
}

base::Error not_a_shape(const std::string& file, const std::string& found) {
  return base::usage_error(fmt::format("is {}, not a shape file", found),
                           "`pgrehearse profile URL > shop.shape.json` makes one", {file, 1, 1});
}

// Whether it is ours to read at all.
std::optional<base::Error> refusal(const Json& json, std::string_view text, const std::string& file) {
  if (!json.is_object()) return not_a_shape(file, fmt::format("a JSON {}", json.type_name()));
  const auto version = json.find("pgrehearse_shape");
  if (version == json.end()) return not_a_shape(file, "JSON of another kind (it has no 'pgrehearse_shape')");
  if (*version == kShapeVersion) return {};
  const auto places = locate(text, file, {"/pgrehearse_shape"});
  return base::usage_error(
      fmt::format("is a shape file of version {}, but this program reads version {}", version->dump(), kShapeVersion),
      "use the pgrehearse that made it, or profile the database again", places.at("/pgrehearse_shape"));
}

base::Error no_json(std::string_view text, const std::string& file, const Json::parse_error& failure) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return base::usage_error("the file is empty, where a shape was expected",
                             "did `pgrehearse profile` succeed that should have written it?", {file, 1, 1});
  }
  if (failure.byte > text.size()) {
    return base::usage_error("the file ends in the middle of the shape",
                             "it was cut off: copy it again, or profile the database again",
                             place_of(text, file, text.size()));
  }
  return base::usage_error("is no JSON from here on", kProfileAgain,
                           place_of(text, file, failure.byte > 0 ? failure.byte - 1 : 0));
}

// "/tables/0/columns/email" -> "tables/0/columns/email"; the document itself has no way to it.
std::string way(const std::string& pointer) { return pointer.empty() ? "the shape" : pointer.substr(1); }

base::Errors to_errors(const Mistakes& mistakes, std::string_view text, const std::string& file) {
  std::set<std::string> pointers;
  for (const Mistake& mistake : mistakes) pointers.insert(mistake.pointer);
  const auto places = locate(text, file, pointers);
  base::Errors errors;
  for (const Mistake& mistake : mistakes) {
    errors.push_back(base::usage_error(fmt::format("{} {}", way(mistake.pointer), mistake.message), mistake.hint,
                                       places.at(mistake.pointer)));
  }
  std::stable_sort(errors.begin(), errors.end(), [](const base::Error& a, const base::Error& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  return errors;
}

}  // namespace

base::Result<Shape> from_json(std::string_view text, const std::string& file) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& failure) {
    return no_json(text, file, failure);
  }
  if (const auto refused = refusal(json, text, file)) return *refused;
  Mistakes mistakes;
  Shape read = shape(Node(&json, "", mistakes));
  if (!mistakes.empty()) return to_errors(mistakes, text, file);
  return read;
}

base::Result<Shape> read_shape_file(const std::string& path) {
  const auto text = base::read_file(path);
  if (text) return from_json(*text, path);
  return base::usage_error(fmt::format("cannot read the shape file {}", path),
                           "`pgrehearse profile URL > shop.shape.json` makes one");
}

}  // namespace pgrehearse::profile
