#include "harness/profile/joint_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/profile/mark_sql.hpp"

namespace pgrehearse::profile {
namespace {

using generators::JointStatistics;
using Json = nlohmann::json;

class JointReader {
 public:
  JointReader(postgres::Session& session, ListedTable& listed, std::vector<std::string>& notices)
      : session_(session), listed_(listed), statistics_(listed.table.statistics), notices_(notices) {}

  void read() {
    const auto defined =
        session_.query("SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = $1::oid", {std::to_string(listed_.oid)});
    if (defined.integer(0, 0) == 0) return;
    // Before 15 there was one set of them, of whatever ANALYZE saw last.
    const bool flagged = session_.server_version() >= 150000;
    const auto rows = session_.query(
        fmt::format("SELECT statistics_schemaname, statistics_name, attnames, n_distinct::text, dependencies::text, "
                    "exprs IS NOT NULL, most_common_vals IS NOT NULL "
                    "FROM pg_stats_ext WHERE schemaname = $1 AND tablename = $2 AND {} ORDER BY 1, 2",
                    flagged ? "inherited = $3::boolean" : "$3::boolean IS NOT NULL"),
        {statistics_.schema, statistics_.name, std::string(listed_.partitioned ? "t" : "f")});
    for (std::size_t r = 0; r < rows.size(); ++r) take(rows, r);
    if (static_cast<std::int64_t>(rows.size()) < defined.integer(0, 0)) {
      notices_.push_back(
          fmt::format("{}.{}: {} of {} extended statistics are not to be seen: they are shown to members of the "
                      "table's owner only, "
                      "and after an ANALYZE",
                      statistics_.schema, statistics_.name,
                      defined.integer(0, 0) - static_cast<std::int64_t>(rows.size()), defined.integer(0, 0)));
    }
  }

 private:
  void take(const postgres::Rows& rows, std::size_t r) {
    JointStatistics joint;
    if (!rows.null(r, 2)) joint.columns = rows.array(r, 2);
    if (!rows.null(r, 3)) take_distinct(rows.string(r, 3), joint);
    if (!rows.null(r, 4)) take_dependencies(rows.string(r, 4), joint);
    const bool on_expressions = rows.boolean(r, 5);
    if (rows.boolean(r, 6) && !on_expressions) read_common(rows.string(r, 0), rows.string(r, 1), joint);
    const bool tells = !joint.distinct.empty() || !joint.dependencies.empty() || !joint.common.empty();
    if (tells) statistics_.joint.push_back(std::move(joint));
  }

  const ColumnFacts* column(int number) const {
    const auto found = std::find_if(listed_.columns.begin(), listed_.columns.end(),
                                    [&](const ColumnFacts& each) { return each.number == number; });
    return found == listed_.columns.end() ? nullptr : &*found;
  }

  // "1, 2"; empty where one of them is an expression, which has a negative number.
  std::vector<std::string> names(const std::string& numbers) const {
    std::vector<std::string> names;
    std::istringstream parts(numbers);
    for (std::string part; std::getline(parts, part, ',');) {
      const ColumnFacts* facts = column(std::stoi(part));
      if (!facts) return {};
      names.push_back(facts->name);
    }
    return names;
  }

  // {"1, 2": 33178, ...}. ANALYZE estimates a count; like that of a column it grows with the table where it is more
  // than a tenth of the rows (compute_scalar_stats in analyze.c).
  void take_distinct(const std::string& text, JointStatistics& joint) const {
    const auto rows = static_cast<double>(statistics_.rows);
    const Json json = Json::parse(text);
    for (const auto& [numbers, count] : json.items()) {
      const auto columns = names(numbers);
      const double distinct = count.get<double>();
      if (columns.empty()) continue;
      joint.distinct[columns] = distinct > 0.1 * rows && rows > 0 ? -std::min(distinct / rows, 1.0) : distinct;
    }
  }

  // {"1 => 2": 1.000000, "1, 3 => 2": 0.5}
  void take_dependencies(const std::string& text, JointStatistics& joint) const {
    const Json json = Json::parse(text);
    for (const auto& [arrow, degree] : json.items()) {
      const auto middle = arrow.find(" => ");
      const auto from = names(arrow.substr(0, middle)), to = names(arrow.substr(middle + 4));
      if (!from.empty() && !to.empty()) joint.dependencies.push_back({from, to.front(), degree.get<double>()});
    }
  }

  // Of a private value: how long it is and where among the column's marks it stands.
  std::string values_sql(const ColumnFacts& facts, std::size_t dimension) const {
    const std::string value = fmt::format("e.most_common_vals[i][{}]", dimension);
    const std::string place =
        facts.public_values ? "NULL::int"
                            : fmt::format("array_position((SELECT array_agg(m.v ORDER BY {}) FROM ({}) m), {}) - 1",
                                          in_order(facts, "m.v"), marks_of(facts), value);
    return fmt::format(
        "SELECT i, {0} AS d, e.most_common_freqs[i] AS f, e.most_common_val_nulls[i][{0}] AS missing, {1} AS v, {2} AS "
        "l, {3} AS place FROM e CROSS JOIN LATERAL generate_subscripts(e.most_common_vals, 1) AS i",
        dimension, shown(facts, value), length_of(facts, value), place);
  }

  void read_common(const std::string& schema, const std::string& name, JointStatistics& joint) {
    std::vector<std::string> parts;
    for (const std::string& each : joint.columns) {
      const auto facts = std::find_if(listed_.columns.begin(), listed_.columns.end(),
                                      [&](const ColumnFacts& column) { return column.name == each; });
      parts.push_back(values_sql(*facts, parts.size() + 1));
    }
    const auto rows = session_.query(
        fmt::format("WITH {}, e AS MATERIALIZED (SELECT * FROM pg_stats_ext WHERE schemaname = $1 AND tablename = $2 "
                    "AND statistics_schemaname = $4 AND statistics_name = $5 {}) "
                    "SELECT * FROM ({}) AS every ORDER BY i, d",
                    statistics_cte(), session_.server_version() >= 150000 ? "AND inherited = $3::boolean" : "",
                    fmt::join(parts, " UNION ALL ")),
        {statistics_.schema, statistics_.name, std::string(listed_.partitioned ? "t" : "f"), schema, name});
    for (std::size_t r = 0; r < rows.size(); ++r) take_value(rows, r, joint);
  }

  static void take_value(const postgres::Rows& rows, std::size_t r, JointStatistics& joint) {
    if (rows.integer(r, 1) == 1) joint.common.push_back({{}, rows.number(r, 2)});
    std::optional<generators::Mark> mark;
    if (!rows.boolean(r, 3)) {
      mark.emplace();
      if (rows.null(r, 4)) {
        mark->length = static_cast<std::uint32_t>(rows.integer(r, 5));
        if (!rows.null(r, 6)) mark->place = static_cast<std::uint32_t>(rows.integer(r, 6));
      } else {
        mark->value = rows.string(r, 4);
      }
    }
    joint.common.back().values.push_back(std::move(mark));
  }

  postgres::Session& session_;
  ListedTable& listed_;
  generators::TableStatistics& statistics_;
  std::vector<std::string>& notices_;
};

}  // namespace

void read_joint(postgres::Session& session, ListedTable& listed, std::vector<std::string>& notices) {
  JointReader(session, listed, notices).read();
}

}  // namespace pgrehearse::profile
