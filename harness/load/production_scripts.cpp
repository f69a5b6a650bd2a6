#include "harness/load/production_scripts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/load/parameter_values.hpp"
#include "harness/load/script.hpp"
#include "harness/sql/statement_parameters.hpp"

namespace pgrehearse::load {
namespace {

constexpr std::size_t most_statements = 200;
constexpr std::size_t line_length = 110;

// Broken at blanks, outside quotes, so that people can read it.
std::string wrapped(const std::string& sql) {
  std::string text;
  std::size_t line_start = 0;
  char quote = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote ? c == quote : c == '\'' || c == '"') quote = quote ? 0 : c;
    const std::size_t next = std::min(sql.find(' ', i + 1), sql.size());
    if (c == ' ' && !quote && next - line_start > line_length) {
      text += "\n  ";
      line_start = i - 1;
    } else {
      text += c;
    }
  }
  return text;
}

const char* verb(sql::ParameterUses::Kind kind) {
  switch (kind) {
    case sql::ParameterUses::Kind::select:
      return "select";
    case sql::ParameterUses::Kind::insert:
      return "insert";
    case sql::ParameterUses::Kind::update:
      return "update";
    case sql::ParameterUses::Kind::remove:
      return "delete";
  }
  return "";
}

std::string name_of(const sql::ParameterUses& uses, std::size_t rank) {
  const std::string table = uses.tables.empty() ? "" : "-" + variable_suffix(uses.tables.front().name);
  return fmt::format("production-{:03}-{}{}", rank + 1, verb(uses.kind), table);
}

// One statement on its way to a draft.
struct Attempt {
  Draft draft;
  std::string reason;  // empty: the draft is good
};

Attempt attempt(const scenario::ObservedStatement& observed, std::size_t rank, const generators::Generator& tables,
                const std::vector<AccessPath>& paths, const ParameterTypes& types) {
  const auto uses = sql::read_parameters(observed.sql);
  if (!uses) return {{}, "it is no SELECT, INSERT, UPDATE or DELETE that is understood here"};
  Attempt result;
  result.draft.name = name_of(*uses, rank);
  const double rows = observed.calls > 0 ? observed.rows / observed.calls : 0;
  if (uses->kind == sql::ParameterUses::Kind::update || uses->kind == sql::ParameterUses::Kind::remove) {
    result.draft.most_rows = 1000 + 100 * rows;
  }
  const auto inferred = types(observed.sql);
  ParameterValues values(tables, paths, *uses, inferred, rows, result.draft);
  std::vector<std::string> texts;
  for (const sql::Parameter& parameter : uses->parameters) {
    auto value = values.value(parameter);
    if (!value.reason.empty()) return {{}, std::move(value.reason)};
    result.draft.about.push_back(fmt::format("  ${}: {}", parameter.number, value.about));
    texts.push_back(std::move(value.sql));
  }
  std::string statement;
  std::size_t at = 0;
  for (const auto& place : uses->places) {
    const auto which = std::find_if(uses->parameters.begin(), uses->parameters.end(),
                                    [&](const auto& parameter) { return parameter.number == place.number; });
    statement += observed.sql.substr(at, place.offset - at);
    statement += texts[static_cast<std::size_t>(which - uses->parameters.begin())];
    at = place.offset + place.length;
  }
  result.draft.statements = {wrapped(statement + observed.sql.substr(at))};
  return result;
}

std::vector<std::string> head(const scenario::ObservedStatement& statement, std::optional<double> rate, double share) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("A statement of production: {:.0f} calls, {:.1f} % of all, {:.1f} rows each.",
                              statement.calls, share * 100,
                              statement.calls > 0 ? statement.rows / statement.calls : 0));
  if (rate) lines.push_back(fmt::format("Sent {:.3g} times a second.", *rate));
  lines.push_back("A copy of this file can be edited and given with --script FILE@WEIGHT.");
  return lines;
}

}  // namespace

ProductionDrafts production_drafts(const scenario::ObservedTraffic& observed, double scale,
                                   const generators::Generator& tables, const std::vector<AccessPath>& paths,
                                   const ParameterTypes& types) {
  std::vector<std::size_t> order(observed.statements.size());
  std::iota(order.begin(), order.end(), 0);
  const auto calls = [&](std::size_t i) { return observed.statements[i].calls; };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return calls(a) > calls(b); });
  const double all =
      std::accumulate(order.begin(), order.end(), 0.0, [&](double sum, auto i) { return sum + calls(i); });
  ProductionDrafts result;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto& statement = observed.statements[order[rank]];
    if (statement.calls <= 0) continue;
    if (result.drafts.size() == most_statements) {
      result.left_out.push_back({order[rank], fmt::format("it is rarer than the {} most frequent", most_statements)});
      continue;
    }
    Attempt made = attempt(statement, rank, tables, paths, types);
    if (!made.reason.empty()) {
      result.left_out.push_back({order[rank], std::move(made.reason)});
      continue;
    }
    made.draft.weight = statement.calls;
    if (observed.seconds) made.draft.rate_per_s = statement.calls / *observed.seconds * scale;
    auto about = head(statement, made.draft.rate_per_s, statement.calls / all);
    about.insert(about.end(), made.draft.about.begin(), made.draft.about.end());
    made.draft.about = std::move(about);
    result.drafts.push_back(std::move(made.draft));
    result.statements.push_back(order[rank]);
  }
  return result;
}

std::string unusable_reason(const std::string& statement) {
  const auto uses = sql::read_parameters(statement);
  if (!uses) return "it is no SELECT, INSERT, UPDATE or DELETE that is understood here";
  for (const sql::Parameter& parameter : uses->parameters) {
    if (parameter.role == sql::Role::unknown) return fmt::format("${} is {}", parameter.number, parameter.what);
  }
  return "";
}

}  // namespace pgrehearse::load
