#include "harness/profile/column_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/profile/mark_sql.hpp"
#include "harness/profile/range_reader.hpp"
#include "harness/profile/shape_checks.hpp"

namespace pgrehearse::profile {
namespace {

using generators::ColumnStatistics;
using generators::Mark;

class ColumnReader {
 public:
  ColumnReader(postgres::Session& session, ListedTable& listed, std::vector<std::string>& notices)
      : session_(session), listed_(listed), statistics_(listed.table.statistics), notices_(notices) {}

  void read() {
    look_at(statistics_.schema, statistics_.name, listed_.partitioned);
    if (!read_figures() && listed_.partitioned && !listed_.largest_part.empty()) {
      look_at(listed_.largest_part_schema, listed_.largest_part, false);
      if (read_figures()) {
        notices_.push_back(fmt::format(
            "{} was never analyzed as a whole: the statistics are those of its largest partition, {}; `ANALYZE {}` "
            "there makes better ones",
            qualified(), listed_.largest_part, qualified()));
      }
    }
    if (!read_marks(listed_.columns)) {
      // One of them has a type whose values do not read back; find out which.
      for (const ColumnFacts& column : listed_.columns) read_marks_of(column);
    }
    read_ranges(session_, listed_.columns, of_, statistics_.columns);
    settle_unique();
    for (auto& [name, column] : statistics_.columns) settle(column);
    tell_missing();
  }

 private:
  std::string qualified() const { return statistics_.schema + "." + statistics_.name; }

  void look_at(const std::string& schema, const std::string& table, bool inherited) {
    of_ = {schema, table, inherited ? "t" : "f"};
  }

  bool read_figures() {
    const auto rows = session_.query(
        fmt::format("WITH {} SELECT attname, null_frac, n_distinct, avg_width, correlation, bounds IS NOT NULL, "
                    "cardinality(elements), element_shares, counts FROM s",
                    statistics_cte()),
        of_);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      ColumnStatistics column;
      column.null_fraction = rows.number(r, 1);
      column.distinct = rows.number(r, 2);
      column.average_width = rows.number(r, 3);
      if (!rows.null(r, 4)) column.correlation = rows.number(r, 4);
      if (column.correlation || rows.boolean(r, 5)) ordered_.insert(rows.string(r, 0));
      if (!rows.null(r, 6)) column.elements = elements(rows, r);
      statistics_.columns[rows.string(r, 0)] = std::move(column);
    }
    return rows.size() > 0;
  }

  // Behind the elements' shares stand the least and the greatest of them and, of arrays, the share of rows with a null
  // element; behind the histogram of counts their average (pg_statistic.h, STATISTIC_KIND_MCELEM and _DECHIST).
  static generators::ElementStatistics elements(const postgres::Rows& rows, std::size_t r) {
    generators::ElementStatistics read;
    const auto number = static_cast<std::size_t>(rows.integer(r, 6));
    const auto shares = rows.array(r, 7);
    if (shares.size() > number + 2) read.null_elements = std::stod(shares[number + 2]);
    if (rows.null(r, 8)) return read;
    for (const std::string& count : rows.array(r, 8)) read.counts.push_back(std::stod(count));
    if (read.counts.empty()) return read;
    read.average_count = read.counts.back();
    read.counts.pop_back();
    return read;
  }

  std::string marks_sql(const ColumnFacts& column) const {
    const std::string order = ordered_.contains(column.name) ? in_order(column, "m.v") + ", m.f DESC" : "m.f DESC, m.v";
    return fmt::format(
        "SELECT {} AS number, 0 AS kind, row_number() OVER (ORDER BY {}) AS n, {} AS v, {} AS l, m.f FROM ({}) m",
        column.number, order, shown(column, "m.v"), length_of(column, "m.v"), marks_of(column));
  }

  static std::string elements_sql(const ColumnFacts& column) {
    return fmt::format(
        "SELECT {}, 1, u.n, {}, octet_length(u.v), s.element_shares[u.n] "
        "FROM s CROSS JOIN LATERAL unnest(s.elements) WITH ORDINALITY AS u(v, n) WHERE s.attname = {}",
        column.number, shown(column, "u.v"), postgres::quote_literal(column.name));
  }

  // False where the server cannot read back one of the values.
  bool read_marks(const std::vector<ColumnFacts>& columns) {
    std::vector<std::string> parts;
    for (const ColumnFacts& column : columns) {
      if (!statistics_.columns.contains(column.name)) continue;
      parts.push_back(marks_sql(column));
      parts.push_back(elements_sql(column));
    }
    if (parts.empty()) return true;
    try {
      take_marks(session_.query(fmt::format("WITH {} SELECT * FROM ({}) AS every ORDER BY number, kind, n",
                                            statistics_cte(), fmt::join(parts, " UNION ALL ")),
                                of_));
      return true;
    } catch (const postgres::Failure& failure) {
      if (failure.connection_lost()) throw;
      return false;
    }
  }

  void read_marks_of(const ColumnFacts& column) {
    if (read_marks({column})) return;
    notices_.push_back(fmt::format("{}.{}: the common values were left out, type {} does not read back what it writes",
                                   qualified(), column.name, column.type));
  }

  void take_marks(const postgres::Rows& rows) {
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto facts = std::find_if(listed_.columns.begin(), listed_.columns.end(),
                                      [&](const ColumnFacts& column) { return column.number == rows.integer(r, 0); });
      ColumnStatistics& column = statistics_.columns.at(facts->name);
      Mark mark;
      if (facts->public_values) {
        mark.value = rows.string(r, 3);
      } else {
        mark.length = static_cast<std::uint32_t>(rows.integer(r, 4));
      }
      mark.frequency = rows.number(r, 5);
      (rows.integer(r, 1) == 0 ? column.marks : column.elements->common).push_back(std::move(mark));
    }
  }

  // A unique index knows better than a sample of before it was made.
  void settle_unique() {
    for (const std::string& name : unique_columns(listed_.table)) {
      const auto column = statistics_.columns.find(name);
      if (column == statistics_.columns.end()) continue;
      column->second.distinct = -(1 - column->second.null_fraction);
    }
  }

  // Rows may have gone since the last ANALYZE, and a table's owner may have set n_distinct to any number.
  void settle(ColumnStatistics& column) const {
    if (column.distinct <= 0) return;
    const auto common =
        std::count_if(column.marks.begin(), column.marks.end(), [](const Mark& m) { return m.common(); });
    column.distinct = std::min(column.distinct, static_cast<double>(statistics_.rows));
    column.distinct = std::max(column.distinct, static_cast<double>(common));
  }

  void tell_missing() {
    std::vector<std::string> hidden, unknown;
    for (const ColumnFacts& facts : listed_.columns) {
      const auto column = statistics_.columns.find(facts.name);
      if (column == statistics_.columns.end()) {
        (facts.readable ? unknown : hidden).push_back(facts.name);
        column_without_statistics(facts);
      } else {
        column->second.type = facts.type;
      }
    }
    if (listed_.row_security) {
      notices_.push_back(fmt::format(
          "{}: row security hides its statistics from this role; a role with BYPASSRLS, or its owner, sees them",
          qualified()));
      return;
    }
    if (!hidden.empty()) {
      notices_.push_back(fmt::format("{}: no statistics of {}: this role may not SELECT them (GRANT pg_read_all_data)",
                                     qualified(), fmt::join(hidden, ", ")));
    }
    if (!unknown.empty() && statistics_.heap_bytes > 0) {
      notices_.push_back(fmt::format("{}: no statistics of {}: run ANALYZE {} there", qualified(),
                                     fmt::join(unknown, ", "), qualified()));
    }
  }

  // So that the shape names every column of the table, with what is known of it.
  void column_without_statistics(const ColumnFacts& facts) { statistics_.columns[facts.name].type = facts.type; }

  postgres::Session& session_;
  ListedTable& listed_;
  generators::TableStatistics& statistics_;
  std::vector<std::string>& notices_;
  std::vector<postgres::Parameter> of_;  // schema, table, inherited
  std::set<std::string> ordered_;        // columns whose type has an order
};

}  // namespace

void read_columns(postgres::Session& session, ListedTable& listed, std::vector<std::string>& notices) {
  ColumnReader(session, listed, notices).read();
}

}  // namespace pgrehearse::profile
