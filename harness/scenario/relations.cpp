// What one key says about another. Each check reports with the place of the key that should change.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/scenario/cast.hpp"
#include "harness/scenario/draft.hpp"
#include "harness/scenario/layers.hpp"

namespace pgrehearse::scenario {
namespace {

const Node* find(const Node& root, std::initializer_list<std::string_view> path) {
  const Node* node = &root;
  for (const std::string_view key : path) {
    node = node ? node->find(key) : nullptr;
  }
  return node;
}

std::vector<Entry> entries(const Node* node) { return node ? node->entries : std::vector<Entry>{}; }

// Reports when more than one of the groups is given, at the later one.
void exclude(const Node& node, std::initializer_list<std::string_view> keys, std::string_view why, Context& context) {
  const Entry* first = nullptr;
  for (const Entry& entry : node.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) continue;
    if (first)
      context.add(fmt::format("'{}' and '{}' exclude each other", first->key, entry.key), entry.place,
                  std::string(why));
    if (!first) first = &entry;
  }
}

void check_migration(const Node& root, Context& context) {
  const Node* node = root.find("migration");
  if (!node || (!node->find("folder") && !node->find("up"))) {
    const base::Place place = node ? node->place : root.place;
    return context.add("no migration is named", place,
                       "name a folder of migrations (migration: folder, or --migrations) or a file "
                       "(migration: up, or --up)");
  }
  const Context::Key key(context, "migration");
  exclude(*node, {"folder", "up"}, "a folder has its own up and down files; keep one", context);
  exclude(*node, {"only", "last"}, "choose one version, or the newest ones", context);
  if (!node->find("folder")) {
    for (const std::string_view other : {"format", "only", "last"}) {
      if (const Node* given = node->find(other)) {
        context.add(fmt::format("'{}' belongs to a folder of migrations", other), given->place, "remove it");
      }
    }
  }
  if (node->find("down") && !node->find("up")) context.add("'down' needs 'up'", node->find("down")->place);
}

// Without a way down there is nothing for these gates to look at.
void settle_down_gates(const Node& root, Draft& draft, Context& context) {
  const Migration& migration = draft.scenario.migration;
  if (migration.up_file.empty() || !migration.down_file.empty()) return;
  for (const std::string_view gate : {"down_restores_schema", "down_restores_data"}) {
    const Node* given = find(root, {"gates", gate});
    if (!given || given->text != "true") continue;
    context.add(fmt::format("gates.{} needs a migration with 'down'", gate), given->place,
                "give migration.down, or remove the gate");
  }
  draft.scenario.gates.down_restores_schema = false;
  draft.scenario.gates.down_restores_data = false;
}

void check_override(const Entry& column, const generators::Override& read, Context& context) {
  const Context::Key key(context, column.key);
  const Node& node = column.value;
  for (const std::string_view bound : {"minimum", "maximum"})
    exclude(node, {"values", bound, "pattern", "kind", "normal", "log_normal", "sequence", "period", "expression"},
            "one of them decides the values", context);
  exclude(node, {"zipf", "weights", "normal", "log_normal", "sequence", "period"}, "one of them decides how often",
          context);
  exclude(node, {"distinct", "normal", "log_normal", "sequence", "period"}, "the distribution decides it", context);
  for (const auto& [bound, other] : {std::pair{"minimum", "maximum"}, std::pair{"maximum", "minimum"}}) {
    const Node* given = node.find(bound);
    if (given && !node.find(other)) context.add(fmt::format("'{}' needs '{}'", bound, other), given->place);
  }
  const Node* weights = node.find("weights");
  if (weights && read.weights.size() != read.values.size()) {
    context.add(fmt::format("{} weights for {} values", read.weights.size(), read.values.size()), weights->place,
                "give each value one weight");
  }
  for (const auto& [section, keys] :
       {std::pair{"normal", std::pair{"mean", "deviation"}}, std::pair{"log_normal", std::pair{"median", "sigma"}},
        std::pair{"period", std::pair{"from", "to"}}})
    for (const char* key : {keys.first, keys.second})
      if (const Node* given = node.find(section); given && !given->find(key))
        context.add(fmt::format("'{}' needs '{}'", section, key), given->place);
  if (read.sequence && read.sequence->step == 0)
    context.add("'step' must not be zero", node.find("sequence")->find("step")->place);
  if (read.length && read.length->minimum && read.length->maximum && *read.length->minimum > *read.length->maximum)
    context.add("the least length is above the greatest", node.find("length")->place);
  const Node* distinct = node.find("distinct");
  if (distinct && read.distinct == std::size_t{0}) context.add("'distinct' must be above zero", distinct->place);
}

void check_columns(const Node& root, const Draft& draft, Context& context) {
  const Context::Key tables_key(context, "tables");
  const std::vector<Entry> tables = entries(root.find("tables"));
  for (std::size_t i = 0; i < tables.size() && i < draft.scenario.data.tables.size(); ++i) {
    const Context::Key table_key(context, tables[i].key);
    for (std::size_t j = 0; j < i; ++j) {
      if (!same_table(tables[i].key, tables[j].key)) continue;
      context.add(fmt::format("is the same table as '{}'", tables[j].key), tables[i].place, "keep one");
    }
    const Context::Key columns_key(context, "columns");
    for (const Entry& column : entries(tables[i].value.find("columns"))) {
      const auto read = draft.scenario.data.tables[i].columns.find(column.key);
      if (read != draft.scenario.data.tables[i].columns.end()) check_override(column, read->second, context);
    }
  }
}

const Table* find_table(const std::vector<Table>& tables, std::string_view name) {
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const Table& table) { return same_table(table.name, name); });
  return found == tables.end() ? nullptr : &*found;
}

// "10 per users" may go over several tables, but must end at a number.
void check_row_ratios(const Node& root, const Draft& draft, Context& context) {
  const std::vector<Table>& tables = draft.scenario.data.tables;
  for (const Table& table : tables) {
    std::set<const Table*> seen;
    const Table* at = &table;
    while (at && at->rows && !at->rows->per_table.empty() && seen.insert(at).second) {
      at = find_table(tables, at->rows->per_table);
    }
    if (!at || seen.count(at) == 0 || at != &table) continue;
    const Node* rows = find(root, {"tables", table.name, "rows"});
    context.add(fmt::format("tables.{}.rows: the ratios go round in a circle", table.name),
                rows ? rows->place : table.place, "give one table of the circle a number of rows");
  }
}

void check_scale(const Node& root, Context& context) {
  const Node* scale = root.find("scale");
  if (!scale || root.find("shape")) return;
  context.add("scale: has nothing to scale: there is no shape", scale->place,
              "give a shape, or the rows themselves: rows, tables.*.rows");
}

void check_traffic_scale(const Node& root, Context& context) {
  const Node* scale = find(root, {"traffic", "scale"});
  if (!scale) return;
  const char* reason = nullptr;
  if (!root.find("shape")) reason = "there is no shape with production's traffic";
  if (find(root, {"traffic", "scripts"})) reason = "scripts are given, and production's traffic is not used";
  if (reason) context.add(fmt::format("traffic.scale: has nothing to scale: {}", reason), scale->place, "use rate");
}

void check_scripts(const Node& root, const Draft& draft, Context& context) {
  const Context::Key traffic_key(context, "traffic");
  const bool closed = draft.scenario.traffic.loop == Traffic::Loop::closed;
  for (const std::string_view plan : {"rate", "timetable"}) {
    const Node* given = find(root, {"traffic", plan});
    if (!given || !closed) continue;
    context.add(fmt::format("a closed loop has no {}: each client sends as soon as it has its answer", plan),
                given->place, "remove it, or use loop: open");
  }
  if (const Node* traffic = root.find("traffic")) {
    exclude(*traffic, {"rate", "timetable"}, "one of them says when operations become due", context);
    const Node* think = traffic->find("think_time");
    if (think && !closed) context.add("an open loop has no 'think_time'", think->place, "use loop: closed");
  }
  check_each_script(find(root, {"traffic", "scripts"}), closed, context);
}

void check_expectation(const Node& root, const Draft& draft, Context& context) {
  const Expectation& expect = draft.scenario.expect;
  const Node* gates = find(root, {"expect", "gates"});
  if (gates && expect.verdict != Verdict::fail) {
    context.add("expect.gates: names the gates that fail, but the expected verdict is not 'fail'", gates->place);
  }
}

std::string default_name(const Scenario& scenario) {
  namespace fs = std::filesystem;
  if (!scenario.file.empty()) return fs::path(scenario.file).parent_path().filename().string();
  if (!scenario.migration.folder.empty()) return fs::path(scenario.migration.folder).filename().string();
  return fs::path(scenario.migration.up_file).stem().string();
}

}  // namespace

void check_each_script(const Node* scripts, bool closed, Context& context) {
  const Context::Key scripts_key(context, "scripts");
  for (const Entry& script : entries(scripts)) {
    const Context::Key key(context, script.key);
    exclude(script.value, {"sql", "file"}, "keep one", context);
    for (const std::string_view own : {"rate", "timetable"}) {
      exclude(script.value, {"weight", own}, "a plan of its own needs no share of the total", context);
    }
    exclude(script.value, {"rate", "timetable"}, "one of them says when operations become due", context);
    if (script.value.kind == Node::Kind::map && !script.value.find("sql") && !script.value.find("file")) {
      context.add("the script has no statements", script.place, "give 'sql' or 'file'");
    }
    for (const std::string_view plan : {"rate", "timetable"}) {
      const Node* given = script.value.find(plan);
      if (!given || !closed) continue;
      context.add(fmt::format("a closed loop has no {}", plan), given->place, "give it a weight, or use loop: open");
    }
  }
}

Scenario complete(Draft draft, const Node& root, Context& context) {
  check_migration(root, context);
  settle_down_gates(root, draft, context);
  check_columns(root, draft, context);
  check_row_ratios(root, draft, context);
  check_scale(root, context);
  check_traffic_scale(root, context);
  check_scripts(root, draft, context);
  settle_kinds(root, draft, context);
  settle_passes(root, draft, context);
  settle_applications(root, draft, context);
  check_expectation(root, draft, context);
  if (draft.scenario.name.empty()) draft.scenario.name = default_name(draft.scenario);
  if (draft.scenario.title.empty()) draft.scenario.title = draft.scenario.name;
  return std::move(draft.scenario);
}

}  // namespace pgrehearse::scenario
