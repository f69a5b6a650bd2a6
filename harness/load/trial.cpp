#include "harness/load/trial.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <optional>
#include <set>

#include "harness/load/script.hpp"

namespace pgrehearse::load {
namespace {

using postgres::Failure;
using postgres::Session;

constexpr const char* query_canceled = "57014";

// A trigger may refuse some rows and not others.
constexpr std::uint64_t rounds = 8;

// One draft's variables as SQL literals, of other rows in each round.
std::map<std::string, std::string, std::less<>> values_of(const Draft& draft, const generators::Generator& tables,
                                                          std::uint64_t round) {
  std::map<std::string, std::string, std::less<>> values;
  for (std::size_t i = 0; i < draft.draws.size(); ++i) {
    const Draw& draw = draft.draws[i];
    const auto& columns = tables.shape().tables[draw.table].columns;
    const std::uint64_t rows = tables.rows(draw.table);
    const std::uint64_t row =
        draw.fresh ? rows + round * draft.draws.size() + i : (rows * (2 * round + 1) / (2 * rounds) + i) % rows;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto text = tables.text(draw.table, row, c);
      values[variable(draw.prefix, columns[c]).substr(1)] = text ? postgres::quote_literal(*text) : "NULL";
    }
  }
  for (const RandomNumber& number : draft.numbers) values[number.name] = std::to_string(number.low);
  return values;
}

// Of "users u" or "\"my users\" u".
std::string first_name(const std::string& text) {
  const bool quoted = text.starts_with('"');
  const auto end = text.find(quoted ? '"' : ' ', 1);
  return end == std::string::npos ? text : text.substr(0, end + (quoted ? 1 : 0));
}

class Trial {
 public:
  Trial(Session& session, const generators::Generator& tables, const TrialOptions& options)
      : session_(session), tables_(tables), options_(options) {}

  // Why not; none: it may be used.
  std::optional<std::string> run(const Draft& draft) {
    // What is deferred to the end would never be checked.
    session_.query(
        "BEGIN; SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL statement_timeout = '2s'; SET LOCAL plan_cache_mode = "
        "force_generic_plan");
    std::optional<std::string> reason;
    try {
      for (std::uint64_t round = 0; round < rounds && !reason; ++round) reason = run_once(draft, round);
    } catch (const Failure& failure) {
      if (failure.connection_lost()) throw;
      const bool slow = failure.sqlstate() == query_canceled;
      if (!slow || draft.most_rows) reason = fmt::format("{}: {}", failure.sqlstate(), failure.report().message);
    }
    session_.query("ROLLBACK; DEALLOCATE ALL");
    return reason;
  }

 private:
  using Values = std::map<std::string, std::string, std::less<>>;

  std::optional<std::string> run_once(const Draft& draft, std::uint64_t round) {
    const auto values = values_of(draft, tables_, round);
    for (const std::string& statement : draft.statements) {
      if (statement == "BEGIN" || statement == "COMMIT") continue;
      if (auto reason = run(statement, values, draft.most_rows)) return reason;
    }
    return {};
  }

  // As the traffic sends it: prepared, with types for the server to find out.
  std::optional<std::string> run(const std::string& statement, const Values& values, std::optional<double> most_rows) {
    std::vector<std::string> arguments;
    const std::string numbered = replace_variables(statement, [&](std::string_view name) {
      arguments.push_back(values.find(name)->second);
      return fmt::format("${}", arguments.size());
    });
    session_.query("DEALLOCATE ALL");
    session_.query("PREPARE trial AS " + numbered);
    const std::string execute =
        arguments.empty() ? "EXECUTE trial" : fmt::format("EXECUTE trial ({})", fmt::join(arguments, ", "));
    if (auto table = scanned(execute)) return "reads all of " + *table;
    const auto changed = static_cast<double>(session_.query(execute).affected());
    if (!most_rows || changed <= *most_rows) return {};
    return fmt::format("changes {:.0f} rows at once", changed);
  }

  // A large table that the plan reads from end to end.
  std::optional<std::string> scanned(const std::string& execute) {
    if (options_.scanned_rows == 0) return {};
    const auto plan = session_.query("EXPLAIN (COSTS off) " + execute);
    for (std::size_t r = 0; r < plan.size(); ++r) {
      constexpr std::string_view scan = "Seq Scan on ";
      const std::string line = plan.string(r, 0);
      const auto at = line.find(scan);
      if (at == std::string::npos) continue;
      const std::string name = first_name(line.substr(at + scan.size()));
      if (is_large(name)) return name;
    }
    return {};
  }

  // Partitions go by names of their own, and are asked for their size.
  bool is_large(const std::string& name) {
    const auto rows = session_.query(
        "SELECT coalesce(max(reltuples), 0)::float8 FROM pg_class WHERE relkind IN ('r', 'm') AND quote_ident(relname) "
        "= $1",
        {{name}});
    return rows.number(0, 0) >= static_cast<double>(options_.scanned_rows);
  }

  Session& session_;
  const generators::Generator& tables_;
  const TrialOptions& options_;
};

}  // namespace

std::vector<Refusal> try_drafts(Session& session, const std::vector<Draft>& drafts, const generators::Generator& tables,
                                const TrialOptions& options) {
  Trial trial(session, tables, options);
  std::vector<Refusal> refusals;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (auto reason = trial.run(drafts[i])) refusals.push_back({i, std::move(*reason)});
  }
  return refusals;
}

std::vector<std::string> parameter_types(Session& session, const std::string& statement) {
  session.query("DEALLOCATE ALL");
  if (const auto failure = session.attempt("PREPARE described AS " + statement)) {
    if (failure->connection_lost()) throw *failure;
    return {};
  }
  const auto rows =
      session.query("SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = 'described'");
  return rows.array(0, 0);
}

}  // namespace pgrehearse::load
