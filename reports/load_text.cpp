#include <fmt/format.h>

#include "harness/base/units.hpp"
#include "reports/content.hpp"
#include "reports/load_report.hpp"

namespace pgrehearse::reports {
namespace {

using analyse::LoadResult;
using analyse::ScriptLoad;
using record::Histogram;

std::vector<Cell> distribution(std::string name, const Histogram& histogram) {
  std::vector<Cell> row{std::move(name)};
  for (double fraction : {0.5, 0.9, 0.95, 0.99, 0.999}) {
    row.push_back(histogram.empty() ? std::string(nothing) : base::format_duration(histogram.at(fraction)));
  }
  row.push_back(histogram.empty() ? std::string(nothing) : base::format_duration(histogram.max()));
  return row;
}

std::vector<Column> distribution_columns(std::string name) {
  std::vector<Column> columns{{std::move(name)}};
  for (const char* title : {"p50", "p90", "p95", "p99", "p99.9", "max"}) columns.push_back({title, true});
  return columns;
}

// In a closed loop an operation is due when its client is free: then there is no lag.
Table latency_table(const LoadResult& result) {
  Table table{distribution_columns(""),
              {distribution("response (from due)", result.latency.response),
               distribution("service (from sent)", result.latency.service)}};
  if (result.send_lag.max() > base::Duration{}) table.rows.push_back(distribution("send lag", result.send_lag));
  return table;
}

Cell count(std::uint64_t number, Tone tone) { return {base::format_count(number), number == 0 ? Tone::plain : tone}; }

Table scripts_table(const LoadResult& result) {
  Table table{{{"script"}, {"ok", true}, {"failed", true}, {"shed", true}, {"p50", true}, {"p99", true}, {"max", true}},
              {}};
  for (const ScriptLoad& script : result.scripts) {
    const Histogram& response = script.latency.response;
    const auto shown = [&](base::Duration value) {
      return Cell(response.empty() ? std::string(nothing) : base::format_duration(value));
    };
    table.rows.push_back({script.name, count(script.tally.ok, Tone::plain), count(script.tally.failed, Tone::bad),
                          count(script.tally.shed, Tone::bad), shown(response.at(0.5)), shown(response.at(0.99)),
                          shown(response.max())});
  }
  return table;
}

std::string counts(const LoadResult& result) {
  const record::Tally& tally = result.tally;
  std::string text =
      fmt::format("{} ok, {} failed, {} shed in {}", base::format_count(tally.ok), base::format_count(tally.failed),
                  base::format_count(tally.shed), base::format_duration(result.ended - result.began));
  if (tally.in_flight > 0) text += fmt::format("; {} were cancelled at the end", base::format_count(tally.in_flight));
  if (tally.retried > 0) {
    text += fmt::format("; {} were tried again, {} times", base::format_count(tally.retried),
                        base::format_count(tally.retries));
  }
  if (result.machines > 1) text += fmt::format("; on {} machines", result.machines);
  return text;
}

std::string client_cost(const LoadResult& result) {
  const double finished = static_cast<double>(result.tally.ok + result.tally.failed);
  if (finished == 0) return "";
  return fmt::format("client CPU {:.2f} s, {:.1f} µs an operation\n", result.client_cpu_s,
                     result.client_cpu_s * 1e6 / finished);
}

std::string errors_text(const LoadResult& result) {
  std::string text;
  for (const auto& [code, number] : result.tally.errors) {
    text += fmt::format("  {} × {}\n", printable(code), base::format_count(number));
  }
  return text;
}

}  // namespace

std::string load_text(const LoadResult& result, const TextStyle& style) {
  std::string text = bold(fmt::format("{:.1f} tps", result.tps()), style) + "   " + counts(result) + "\n";
  text += client_cost(result) + "\n" + aligned(latency_table(result), 0, style);
  if (result.scripts.size() > 1) text += "\n" + aligned(scripts_table(result), 0, style);
  if (!result.tally.errors.empty()) text += "\nerrors by SQLSTATE:\n" + errors_text(result);
  for (const std::string& notice : result.notices) text += "\n" + printable(notice) + "\n";
  for (const std::string& doubt : result.doubts) text += "\n" + tinted(printable(doubt), Tone::doubt, style) + "\n";
  return text;
}

}  // namespace pgrehearse::reports
