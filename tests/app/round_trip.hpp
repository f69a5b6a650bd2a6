// What tests of the round trip share: the shop that is profiled and generated again, and what is asked of it.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "harness/populate/populate.hpp"
#include "harness/profile/fidelity.hpp"
#include "harness/profile/statistics_reader.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::app::round_trip {

using Statistics = std::vector<generators::TableStatistics>;

// Of this folder.
inline std::string file(const std::string& name) {
  std::ifstream stream(std::filesystem::path(PGREHEARSE_SOURCE_DIR) / "tests/app" / name);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The planner's choice without its figures: nodes, tables and indexes.
inline std::string plan_of(postgres::Session& session, const std::string& query) {
  static const std::regex figures(
      R"(  ?\(cost=[^)]*\)|^ *(Index Cond|Filter|Hash Cond|Recheck Cond|Merge Cond|Join Filter|Sort Key|Group Key|)"
      R"(Workers Planned|Presorted Key|Cache Key|Cache Mode|JIT|Functions|Options).*)");
  auto rows = session.query("EXPLAIN " + query);
  std::string plan;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line = std::regex_replace(rows.string(i, 0), figures, "");
    if (!line.empty()) plan += line + "\n";
  }
  return plan;
}

inline const std::vector<std::string> kQueries = {
    "SELECT * FROM customers WHERE country = 'DE'",
    "SELECT * FROM customers WHERE country = 'DK' AND active",
    "SELECT * FROM customers WHERE credit > 900",
    "SELECT segment, count(*) FROM customers GROUP BY segment",
    "SELECT city, count(*) FROM customers GROUP BY city ORDER BY 2 DESC LIMIT 10",
    "SELECT * FROM customers WHERE id = 4242",
    "SELECT * FROM orders WHERE created_at >= '2020-06-01' AND created_at < '2020-06-03'",
    "SELECT * FROM orders WHERE created_at >= '2020-06-01'",
    "SELECT * FROM orders WHERE status = 'lost' ORDER BY created_at LIMIT 20",
    "SELECT * FROM orders WHERE status = 'done' ORDER BY created_at LIMIT 20",
    "SELECT * FROM orders WHERE shipped_at IS NULL AND total > 400",
    "SELECT o.* FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.country = 'NO' AND o.status = 'new'",
    "SELECT c.country, sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.country",
    "SELECT * FROM order_lines l JOIN orders o ON o.id = l.order_id "
    "WHERE o.created_at > '2021-12-01' AND o.created_at < '2021-12-02'",
    "SELECT p.category, sum(l.quantity) FROM order_lines l JOIN products p ON p.id = l.product_id "
    "WHERE p.price > 180 GROUP BY 1",
    "SELECT * FROM order_lines WHERE product_id = 17 AND quantity > 10",
    "SELECT count(DISTINCT customer_id) FROM events WHERE at BETWEEN '2024-01-10' AND '2024-01-11'",
    "SELECT e.* FROM events e LEFT JOIN customers c ON c.id = e.customer_id "
    "WHERE c.segment = 'public' AND e.minute < 100",
};

// How many of the queries have equal plans in both databases; the others are printed.
inline std::size_t equal_plans(postgres::Session& before, postgres::Session& after) {
  std::size_t equal = 0;
  for (const std::string& query : kQueries) {
    std::string old_plan = plan_of(before, query), new_plan = plan_of(after, query);
    if (old_plan == new_plan) ++equal;
    if (old_plan != new_plan) fmt::print("{}\n{}-- and now --\n{}", query, old_plan, new_plan);
  }
  fmt::print("{} of {} plans are as they were\n", equal, kQueries.size());
  return equal;
}

// As many rows as the statistics say, times `scale`, in a database that is empty yet.
inline void fill(const postgres::Target& target, const Statistics& statistics, std::uint64_t seed, double scale = 1) {
  scenario::Data data;
  data.statistics = statistics;
  data.seed = seed;
  data.scale = scale;
  const auto progress = base::quiet_progress();
  base::Cancellation cancellation;
  auto populated = populate::populate(target, data, base::SteadyClock(), *progress, cancellation);
  ASSERT_TRUE(populated) << to_string(populated.errors().front());
}

// Of the columns, the share of those with every measure within the limits; all are printed.
inline double share_met(const Statistics& wanted, const Statistics& found) {
  auto fidelity = profile::compare(wanted, found);
  std::size_t met = 0, all = 0;
  for (const auto& table : fidelity.tables) {
    met += table.columns_met();
    all += table.columns.size();
  }
  fmt::print("{}{} of {} columns are as they were\n", profile::fidelity_text(fidelity), met, all);
  return static_cast<double>(met) / static_cast<double>(std::max<std::size_t>(all, 1));
}

}  // namespace pgrehearse::app::round_trip
