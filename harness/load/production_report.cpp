#include <fmt/format.h>

#include <algorithm>

#include "harness/load/production_scripts.hpp"

namespace pgrehearse::load {
namespace {

double all_calls(const scenario::ObservedTraffic& observed) {
  double sum = 0;
  for (const auto& statement : observed.statements) sum += statement.calls;
  return sum;
}

double replayed_calls(const scenario::ObservedTraffic& observed, const ProductionDrafts& made) {
  double sum = 0;
  for (const std::size_t statement : made.statements) sum += observed.statements[statement].calls;
  return sum;
}

double rate(const ProductionDrafts& made) {
  double sum = 0;
  for (const Draft& draft : made.drafts) sum += draft.rate_per_s.value_or(0);
  return sum;
}

// A cell of a Markdown table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find_first_of("|\n", at)) != std::string::npos; at += 2) {
    text.replace(at, 1, text[at] == '|' ? "\\|" : "  ");
  }
  return text;
}

}  // namespace

std::string production_summary(const scenario::ObservedTraffic& observed, const ProductionDrafts& made) {
  const double share = 100 * replayed_calls(observed, made) / std::max(all_calls(observed), 1.0);
  const std::string speed =
      rate(made) > 0 ? fmt::format("{:.4g} a second", rate(made)) : "by their shares, for nothing tells their rates";
  return fmt::format(
      "the traffic is production's: {} of {} statements, {:.1f} % of the calls, {}; each is a transaction of its own, "
      "for "
      "the statistics do not tell which stood together; traffic-from-production.md lists them, and those left out",
      made.drafts.size(), observed.statements.size(), share, speed);
}

std::string production_report(const scenario::ObservedTraffic& observed, const ProductionDrafts& made) {
  const double all = std::max(all_calls(observed), 1.0);
  std::string text = fmt::format(
      "# Traffic from production\n\nIn one sentence: {}.\n\n## Sent\n\n"
      "| share of calls | a second | script |\n|---:|---:|---|\n",
      production_summary(observed, made));
  for (std::size_t i = 0; i < made.drafts.size(); ++i) {
    const Draft& draft = made.drafts[i];
    text +=
        fmt::format("| {:.2f} % | {} | `script-{}.sql` |\n", 100 * observed.statements[made.statements[i]].calls / all,
                    draft.rate_per_s ? fmt::format("{:.3g}", *draft.rate_per_s) : "-", cell(draft.name));
  }
  text += "\n## Left out\n\n| share of calls | why | statement |\n|---:|---|---|\n";
  for (const auto& left : made.left_out) {
    const auto& statement = observed.statements[left.statement];
    text +=
        fmt::format("| {:.2f} % | {} | `{}` |\n", 100 * statement.calls / all, cell(left.reason), cell(statement.sql));
  }
  return text;
}

}  // namespace pgrehearse::load
