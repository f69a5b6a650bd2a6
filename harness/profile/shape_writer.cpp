#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/profile/shape_file.hpp"

namespace pgrehearse::profile {

std::vector<generators::TableStatistics> statistics_of(const Shape& shape) {
  std::vector<generators::TableStatistics> statistics;
  for (const Table& table : shape.tables) statistics.push_back(table.statistics);
  return statistics;
}

namespace {

using Json = nlohmann::ordered_json;
using generators::ColumnStatistics;
using generators::ElementStatistics;
using generators::FanOut;
using generators::JointStatistics;
using generators::Mark;
using generators::RangeStatistics;

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json value(const Mark& mark) { return mark.value ? Json(*mark.value) : Json(mark.length); }

Json marks(const std::vector<Mark>& all) {
  Json list = Json::array();
  for (const Mark& mark : all) {
    list.push_back(mark.common() ? Json::array({value(mark), mark.frequency}) : value(mark));
  }
  return list;
}

Json elements(const ElementStatistics& statistics) {
  Json json{
      {"common", marks(statistics.common)}, {"counts", statistics.counts}, {"average_count", statistics.average_count}};
  if (statistics.null_elements) json["null_elements"] = *statistics.null_elements;
  return json;
}

Json ranges(const RangeStatistics& statistics) {
  Json json{{"empty_fraction", statistics.empty_fraction},
            {"unbounded_fraction", statistics.unbounded_fraction},
            {"lengths", statistics.lengths}};
  if (!statistics.lower.empty()) json["lower"] = statistics.lower;
  if (!statistics.upper.empty()) json["upper"] = statistics.upper;
  return json;
}

Json column(const ColumnStatistics& statistics) {
  Json json = Json::object();
  if (!statistics.type.empty()) json["type"] = statistics.type;
  json["null_fraction"] = statistics.null_fraction;
  json["distinct"] = statistics.distinct;
  json["average_width"] = statistics.average_width;
  if (statistics.correlation) json["correlation"] = *statistics.correlation;
  if (!statistics.marks.empty()) json["marks"] = marks(statistics.marks);
  if (!statistics.widths.empty()) json["widths"] = statistics.widths;
  if (statistics.stored_share) json["stored_share"] = *statistics.stored_share;
  if (statistics.plain_share) json["plain_share"] = *statistics.plain_share;
  if (statistics.together) json["together"] = *statistics.together;
  if (statistics.elements) json["elements"] = elements(*statistics.elements);
  if (statistics.ranges) json["ranges"] = ranges(*statistics.ranges);
  return json;
}

Json fan_out(const FanOut& counted) {
  return {{"parents_with_children", counted.parents_with_children}, {"children", counted.children}};
}

Json combined(const std::optional<Mark>& mark) {
  if (!mark) return nullptr;
  if (mark->value) return *mark->value;
  Json json = Json::object();
  json["length"] = mark->length;
  if (mark->place) json["place"] = *mark->place;
  return json;
}

Json joint(const JointStatistics& statistics) {
  Json json = Json::object();
  json["columns"] = statistics.columns;
  Json& distinct = json["distinct"] = Json::array();
  for (const auto& [columns, number] : statistics.distinct) {
    distinct.push_back({{"columns", columns}, {"number", number}});
  }
  Json& dependencies = json["dependencies"] = Json::array();
  for (const auto& each : statistics.dependencies) {
    dependencies.push_back({{"from", each.from}, {"to", each.to}, {"degree", each.degree}});
  }
  Json& common = json["common"] = Json::array();
  for (const auto& combination : statistics.common) {
    Json values = Json::array();
    for (const auto& mark : combination.values) values.push_back(combined(mark));
    common.push_back({{"values", values}, {"frequency", combination.frequency}});
  }
  return json;
}

Json index(const Index& facts) {
  Json json{{"name", facts.name},     {"method", facts.method},   {"columns", facts.columns},
            {"unique", facts.unique}, {"partial", facts.partial}, {"bytes", facts.bytes}};
  if (facts.fillfactor) json["fillfactor"] = *facts.fillfactor;
  return json;
}

Json sequence(const Sequence& facts) {
  Json json{{"schema", facts.schema}, {"name", facts.name}, {"increment", facts.increment}};
  if (facts.last_value) json["last_value"] = *facts.last_value;
  return json;
}

// Lines of a list or an object, which the caller opens and closes.
class Lines {
 public:
  Lines(std::string& out, int indent) : out_(out), indent_(static_cast<std::size_t>(indent)) {}
  void item(const std::string& line) {
    out_ += (first_ ? "\n" : ",\n") + std::string(indent_, ' ') + line;
    first_ = false;
  }
  void member(const std::string& name, const std::string& line) { item(text(Json(name)) + ": " + line); }

 private:
  std::string& out_;
  std::size_t indent_;
  bool first_ = true;
};

template <class Items, class Write>
std::string list(const Items& items, int indent, Write write) {
  std::string out = "[";
  Lines lines(out, indent);
  for (const auto& item : items) lines.item(text(write(item)));
  return out + "]";
}

template <class Items, class Write>
std::string object(const Items& items, int indent, Write write) {
  std::string out = "{";
  Lines lines(out, indent);
  for (const auto& [name, item] : items) lines.member(name, text(write(item)));
  return out + "}";
}

std::string table(const Table& table) {
  const generators::TableStatistics& statistics = table.statistics;
  std::string out = "{";
  Lines lines(out, 3);
  lines.member("schema", text(statistics.schema));
  lines.member("name", text(statistics.name));
  lines.member("rows", text(statistics.rows));
  lines.member("heap_bytes", text(statistics.heap_bytes));
  lines.member("toast_bytes", text(statistics.toast_bytes));
  lines.member("index_bytes", text(statistics.index_bytes));
  lines.member("dead_fraction", text(statistics.dead_fraction));
  if (table.fillfactor) lines.member("fillfactor", text(*table.fillfactor));
  lines.member("indexes", list(table.indexes, 4, index));
  lines.member("columns", object(statistics.columns, 4, column));
  lines.member("fan_outs", object(statistics.fan_outs, 4, fan_out));
  lines.member("joint", list(statistics.joint, 4, joint));
  return out + "}";
}

Json statement(const TrafficStatement& facts) {
  return {{"sql", facts.sql}, {"calls", facts.calls}, {"total_ms", facts.total_ms}, {"rows", facts.rows}};
}

Json left_out(const LeftOut& facts) {
  return {
      {"reason", facts.reason}, {"statements", facts.statements}, {"calls", facts.calls}, {"total_ms", facts.total_ms}};
}

std::string traffic(const Traffic& facts) {
  std::string out = "{";
  Lines lines(out, 2);
  lines.member("version", text(kTrafficVersion));
  if (facts.seconds) lines.member("seconds", text(*facts.seconds));
  lines.member("statements", list(facts.statements, 3, statement));
  lines.member("left_out", list(facts.left_out, 3, left_out));
  return out + "}";
}

// So that a person can read it, and a difference shows the line that differs.
std::vector<std::string> lines_of(const std::string& sql) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < sql.size()) {
    const std::size_t end = std::min(sql.find('\n', start), sql.size());
    lines.push_back(sql.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

}  // namespace

std::string to_json(const Shape& shape) {
  const auto as_is = [](const auto& value) { return Json(value); };
  const Origin& origin = shape.origin;
  std::string out = "{";
  Lines lines(out, 1);
  lines.member("pgrehearse_shape", text(kShapeVersion));
  lines.member("server", text({{"major", origin.major},
                               {"version", origin.version},
                               {"encoding", origin.encoding},
                               {"locale", origin.locale}}));
  lines.member("settings", object(shape.settings, 2, as_is));
  if (shape.schema_sql) lines.member("schema", list(lines_of(*shape.schema_sql), 2, as_is));
  lines.member("sequences", list(shape.sequences, 2, sequence));
  std::string tables = "[";
  Lines each(tables, 2);
  for (const Table& one : shape.tables) each.item(table(one));
  lines.member("tables", tables + "]");
  if (shape.traffic) lines.member("traffic", traffic(*shape.traffic));
  return out + "\n}\n";
}

}  // namespace pgrehearse::profile
