#include <fmt/format.h>

#include <algorithm>

#include "harness/analyse/phases.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"
#include "reports/content.hpp"

namespace pgrehearse::reports {
namespace {

using base::format_count;

Cell count_cell(std::uint64_t count, Tone above_zero = Tone::plain) {
  return {format_count(count), count > 0 ? above_zero : Tone::plain};
}

Duration longest_stall(const Pass& pass, const std::string& phase, const std::string& script = {}) {
  Duration longest{};
  for (const analyse::Stall& stall : pass.stalls) {
    if (stall.phase == phase && (script.empty() || stall.script == script)) longest = std::max(longest, stall.duration);
  }
  return longest;
}

Cell stall_cell(Duration stall) { return stall == Duration{} ? Cell(std::string(nothing)) : duration_text(stall); }

const std::vector<Column> traffic_columns = {{"ok", true},  {"failed", true}, {"shed", true}, {"p50", true},
                                             {"p99", true}, {"max", true},    {"stall", true}};

void add_traffic_cells(std::vector<Cell>& row, const analyse::Traffic& traffic, Duration stall) {
  row.push_back(count_cell(traffic.tally.ok));
  row.push_back(count_cell(traffic.tally.failed, Tone::bad));
  row.push_back(count_cell(traffic.tally.shed, Tone::bad));
  if (traffic.response.empty()) {
    row.insert(row.end(), 3, Cell(std::string(nothing)));
  } else {
    row.push_back(duration_text(traffic.response.at(0.5)));
    row.push_back(duration_text(traffic.response.at(0.99)));
    row.push_back(duration_text(traffic.response.max()));
  }
  row.push_back(stall_cell(stall));
}

Cell phase_cell(const std::string& phase) {
  return {analyse::phase_words(phase), analyse::is_migration_phase(phase) ? Tone::plain : Tone::faint};
}

}  // namespace

Table gates_table(const Analysis& analysis) {
  Table table{{{""}, {"gate", false, true}, {"measured", true}, {"limit", true}, {"evidence"}}, {}};
  for (const analyse::Gate& gate : analysis.gates) {
    const Tone tone = tone_of(gate.outcome);
    table.rows.push_back({Cell(std::string(verdict_mark(gate.outcome)), tone), gate.id, Cell(gate.actual, tone),
                          gate.limit, gate.because});
  }
  return table;
}

Table phases_table(const Pass& pass) {
  Table table{{{"phase"}, {"lasted", true}}, {}};
  const bool loaded =
      std::any_of(pass.phases.begin(), pass.phases.end(), [](const auto& phase) { return phase.traffic.has_value(); });
  if (loaded) table.columns.insert(table.columns.end(), traffic_columns.begin(), traffic_columns.end());
  for (const analyse::Phase& phase : pass.phases) {
    std::vector<Cell> row{phase_cell(phase.name), duration_text(phase.duration)};
    if (phase.traffic) add_traffic_cells(row, *phase.traffic, longest_stall(pass, phase.name));
    row.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table scripts_table(const Pass& pass) {
  Table table{{{"phase"}, {"script", false, true}}, {}};
  table.columns.insert(table.columns.end(), traffic_columns.begin(), traffic_columns.end());
  for (const analyse::Phase& phase : pass.phases) {
    if (phase.name != "baseline" && !analyse::is_migration_phase(phase.name)) continue;
    for (const analyse::ScriptTraffic& script : phase.scripts) {
      std::vector<Cell> row{phase_cell(phase.name), script.name};
      add_traffic_cells(row, script.traffic, longest_stall(pass, phase.name, script.name));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table tables_table(const Analysis& analysis) {
  Table table{{{"table", false, true}, {"rows", true}, {"size", true}, {"made in", true}, {""}}, {}};
  for (const record::TableFilled& filled : analysis.tables) {
    table.rows.push_back({analyse::short_relation(filled.name), format_count(filled.rows),
                          base::format_bytes(filled.bytes), duration_text(filled.generate),
                          Cell(filled.note, Tone::faint)});
  }
  return table;
}

}  // namespace pgrehearse::reports
