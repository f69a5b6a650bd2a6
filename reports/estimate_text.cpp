#include "reports/estimate_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"
#include "reports/content.hpp"
#include "reports/text_layout.hpp"

namespace pgrehearse::reports {
namespace {

using analyse::Estimate;
using analyse::Range;
using analyse::StatementEstimate;

std::string ms_text(double ms) { return ms <= 0 ? "0 ms" : base::format_ms(ms); }

// Three cells: central, low, high.
void add_range(std::vector<Cell>& row, const std::optional<Range>& range) {
  if (!range) {
    row.push_back(Cell("not estimated", Tone::doubt));
    row.insert(row.end(), 2, Cell(std::string(nothing)));
    return;
  }
  for (double value : {range->central, range->low, range->high}) row.push_back(ms_text(value));
}

Table totals_table(const Estimate& estimate) {
  Table table{{{""}, {"expected", true}, {"at least", true}, {"at most", true}}, {}};
  const auto add = [&](const char* name, const std::optional<Range>& range) {
    std::vector<Cell> row{name};
    add_range(row, range);
    table.rows.push_back(std::move(row));
  };
  const auto has = [&](const char* phase) {
    return std::any_of(estimate.statements.begin(), estimate.statements.end(),
                       [&](const StatementEstimate& one) { return one.phase == phase; });
  };
  if (has("up")) add("up", estimate.up_ms);
  if (has("down")) add("down", estimate.down_ms);
  add("writes blocked, up and down", estimate.held_ms);
  return table;
}

Table statements_table(const Estimate& estimate) {
  Table table{{{"phase"},
               {.name = "at", .place = true},
               {"statement"},
               {"expected", true},
               {"at least", true},
               {"at most", true},
               {"lock held", true},
               {"WAL", true}},
              {}};
  for (const StatementEstimate& one : estimate.statements) {
    std::vector<Cell> row{one.phase, analyse::place_of(one.file, one.line), analyse::short_sql(one.sql, 200)};
    add_range(row, one.duration_ms);
    row.push_back(one.held_ms ? ms_text(one.held_ms->central) : std::string(nothing));
    row.push_back(one.wal_bytes ? base::format_bytes(static_cast<std::uint64_t>(*one.wal_bytes))
                                : std::string(nothing));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string sizes_text(const Estimate& estimate) {
  std::vector<std::string> sizes;
  for (double size : estimate.sizes) sizes.push_back(base::format_short(size));
  return fmt::format("{}", fmt::join(sizes, ", "));
}

std::string volume_sentence(const Estimate& estimate) {
  std::string text;
  const auto bytes = [](double value) { return base::format_bytes(static_cast<std::uint64_t>(value)); };
  if (estimate.wal_bytes) text += "WAL of up and down: about " + bytes(*estimate.wal_bytes) + ". ";
  if (estimate.disk_bytes) text += "Tables before the migration: about " + bytes(*estimate.disk_bytes) + ". ";
  return text;
}

std::string basis_sentence(const Estimate& estimate) {
  const double factor = estimate.sizes.empty() ? 0 : estimate.target_rows / estimate.sizes.back();
  return fmt::format(
      "Rehearsed at {} rows on this machine; the target is {:.3g} times the largest. The interval is a rule of thumb "
      "from "
      "five migrations on one machine: times per row rose by 1.3 to 1.8 where the working set outgrew shared_buffers, "
      "so "
      "expect the upper half.",
      sizes_text(estimate), factor);
}

}  // namespace

std::string estimate_text(const Estimate& estimate, const std::string& subject, const TerminalOptions& options) {
  const TextStyle style{options.colour, std::max<std::size_t>(options.width, 60)};
  std::string text;
  const auto paragraph = [&](const std::string& words) {
    for (const std::string& line : wrap(printable(words), style.width - 2)) text += "  " + line + "\n";
  };
  text += bold(fmt::format(" Estimate for {} = {} rows", printable(subject), base::format_short(estimate.target_rows)),
               style) +
          "\n\n";
  text += aligned(totals_table(estimate), 2, style) + "\n";
  if (!estimate.statements.empty()) text += aligned(statements_table(estimate), 2, style) + "\n";
  const std::string volume = volume_sentence(estimate);
  if (!volume.empty()) paragraph(volume);
  paragraph(basis_sentence(estimate));
  for (const std::string& refusal : estimate.refusals) paragraph("! " + refusal);
  for (const std::string& note : estimate.notes) paragraph("· " + note);
  return text;
}

}  // namespace pgrehearse::reports
