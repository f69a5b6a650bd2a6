#include "harness/profile/traffic_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/sql/normalize.hpp"

namespace pgrehearse::profile {
namespace {

using Outcome = sql::Normalized::Outcome;

// Beyond these there are hardly ever more calls than in the rounding of the others.
constexpr std::size_t most_statements = 500;
constexpr const char* hidden_text = "<insufficient privilege>";

// The schema of the extension, quoted; empty where it is not installed.
std::string extension_schema(postgres::Session& session) {
  const auto rows = session.query(
      "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
      "WHERE e.extname = 'pg_stat_statements'");
  return rows.size() == 0 ? std::string() : rows.string(0, 0);
}

// Names differ: total_time is total_exec_time since 1.8, toplevel and the view of the reset came with 1.9.
std::set<std::string> columns_of(postgres::Session& session, const std::string& view) {
  std::set<std::string> names;
  const auto rows = session.query(
      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
      {{view}});
  for (std::size_t r = 0; r < rows.size(); ++r) names.insert(rows.string(r, 0));
  return names;
}

const char* reason_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::transaction:
      return "begin or end a transaction";
    case Outcome::utility:
      return "are no SELECT, INSERT, UPDATE or DELETE of data";
    case Outcome::catalog:
      return "are of the system's catalogs and functions only";
    default:
      return "cannot be parsed here";
  }
}

class Collection {
 public:
  void add(const std::string& text, std::uint64_t calls, double total_ms, std::uint64_t rows) {
    if (text == hidden_text)
      return leave_out("belong to others, and this role may not see their text", calls, total_ms);
    if (text.empty()) return leave_out("have lost their text", calls, total_ms);
    const sql::Normalized normalized = sql::normalize(text);
    if (normalized.outcome != Outcome::data) return leave_out(reason_of(normalized.outcome), calls, total_ms);
    TrafficStatement& statement = statements_[normalized.text];
    statement.sql = normalized.text;
    statement.calls += calls;
    statement.total_ms += total_ms;
    statement.rows += rows;
  }

  Traffic take(std::optional<double> seconds) {
    Traffic traffic{seconds, {}, {}};
    for (auto& [text, statement] : statements_) traffic.statements.push_back(std::move(statement));
    std::stable_sort(traffic.statements.begin(), traffic.statements.end(),
                     [](const auto& a, const auto& b) { return a.calls > b.calls; });
    while (traffic.statements.size() > most_statements) {
      const TrafficStatement& rare = traffic.statements.back();
      leave_out(fmt::format("are rarer than the {} most frequent", most_statements), rare.calls, rare.total_ms);
      traffic.statements.pop_back();
    }
    for (auto& [reason, left] : left_out_) traffic.left_out.push_back(std::move(left));
    std::stable_sort(traffic.left_out.begin(), traffic.left_out.end(),
                     [](const auto& a, const auto& b) { return a.calls > b.calls; });
    return traffic;
  }

 private:
  void leave_out(const std::string& reason, std::uint64_t calls, double total_ms) {
    LeftOut& left = left_out_[reason];
    left.reason = reason;
    ++left.statements;
    left.calls += calls;
    left.total_ms += total_ms;
  }

  std::map<std::string, TrafficStatement> statements_;
  std::map<std::string, LeftOut> left_out_;
};

std::optional<double> read_age(postgres::Session& session, const std::string& view, std::vector<std::string>& notices) {
  if (columns_of(session, view).empty()) {
    notices.push_back(
        "pg_stat_statements is older than 1.9 and does not tell since when it counts: the traffic has no "
        "rates (ALTER EXTENSION pg_stat_statements UPDATE)");
    return {};
  }
  const auto rows = session.query(
      fmt::format("SELECT extract(epoch FROM clock_timestamp() - stats_reset)::float8, dealloc FROM {}", view));
  if (const auto evicted = rows.integer(0, 1); evicted > 0) {
    notices.push_back(
        fmt::format("pg_stat_statements has thrown out its rarest statements {} times: rare statements are "
                    "missing in the traffic (pg_stat_statements.max)",
                    evicted));
  }
  const double seconds = rows.number(0, 0);
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

void tell(const Traffic& traffic, std::vector<std::string>& notices) {
  for (const LeftOut& left : traffic.left_out) {
    if (left.reason.find("may not see") == std::string::npos) continue;
    notices.push_back(fmt::format("{} statements ({} calls) belong to other roles: GRANT pg_read_all_stats shows them",
                                  left.statements, left.calls));
  }
  if (!traffic.seconds || *traffic.seconds > 3600) return;
  notices.push_back(
      fmt::format("pg_stat_statements counts for {:.0f} s only: rates may be those of an odd hour", *traffic.seconds));
}

Traffic read(postgres::Session& session, const std::string& schema, std::vector<std::string>& notices) {
  const std::string view = schema + ".pg_stat_statements";
  const auto columns = columns_of(session, view);
  const char* time = columns.count("total_exec_time") ? "total_exec_time" : "total_time";
  const auto rows = session.query(
      fmt::format("SELECT query, calls, {}, rows FROM {} WHERE dbid = (SELECT oid FROM pg_database WHERE datname = "
                  "current_database()){} ORDER BY calls DESC, queryid",
                  time, view, columns.count("toplevel") ? " AND toplevel" : ""));
  Collection collection;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    collection.add(rows.string(r, 0), static_cast<std::uint64_t>(rows.integer(r, 1)), rows.number(r, 2),
                   static_cast<std::uint64_t>(rows.integer(r, 3)));
  }
  Traffic traffic = collection.take(read_age(session, view + "_info", notices));
  tell(traffic, notices);
  return traffic;
}

}  // namespace

std::optional<Traffic> read_traffic(postgres::Session& session, std::vector<std::string>& notices) {
  const std::string schema = extension_schema(session);
  if (schema.empty()) {
    notices.push_back("no traffic was read: this database has no pg_stat_statements (CREATE EXTENSION)");
    return {};
  }
  try {
    return read(session, schema, notices);
  } catch (const postgres::Failure& failure) {
    if (failure.connection_lost()) throw;
    notices.push_back("no traffic was read: " + failure.summary());
    return {};
  }
}

}  // namespace pgrehearse::profile
