#include "harness/profile/statistics_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/base/nearest.hpp"
#include "harness/profile/column_reader.hpp"
#include "harness/profile/joint_reader.hpp"
#include "harness/profile/sampling.hpp"
#include "harness/profile/table_list.hpp"
#include "harness/profile/traffic_reader.hpp"

namespace pgrehearse::profile {
namespace {

// Values in one form whatever the database's defaults are, and nothing that could change production or stand long in
// its way.
postgres::Target reading_target(postgres::Target target) {
  target.application = "pgrehearse:profile";
  target.settings = {{"default_transaction_read_only", "on"},
                     {"lock_timeout", "10s"},
                     {"search_path", "pg_catalog"},
                     {"DateStyle", "ISO, YMD"},
                     {"IntervalStyle", "postgres"},
                     {"TimeZone", "UTC"},
                     {"bytea_output", "hex"},
                     {"extra_float_digits", "1"},
                     {"lc_monetary", "C"}};
  return target;
}

bool is_named(const std::string& wanted, const ListedTable& listed, const ColumnFacts& column) {
  const std::string name = listed.table.statistics.name + "." + column.name;
  return wanted == name || wanted == listed.table.statistics.schema + "." + name;
}

// Marks the columns whose values may leave. An error for each that does not exist.
base::Status include(const ReadOptions& options, std::vector<ListedTable>& tables) {
  base::Errors errors;
  std::vector<std::string> known;
  for (ListedTable& listed : tables) {
    for (ColumnFacts& column : listed.columns) {
      column.public_values = column.public_values || options.all_values;
      known.push_back(listed.table.statistics.name + "." + column.name);
    }
  }
  for (const std::string& wanted : options.include_values) {
    bool found = false;
    for (ListedTable& listed : tables) {
      for (ColumnFacts& column : listed.columns) {
        if (!is_named(wanted, listed, column)) continue;
        found = column.public_values = true;
      }
    }
    if (found) continue;
    const std::string near = base::did_you_mean(wanted, known);
    errors.push_back(base::usage_error(fmt::format("--include-values {}: there is no such column", wanted),
                                       near.empty() ? "write it like users.email or public.users.email" : near));
  }
  if (!errors.empty()) return errors;
  return base::success();
}

base::Result<Reading> read(postgres::Session& session, const ReadOptions& options) {
  Reading reading;
  // First of all: what follows are statements, too.
  if (options.traffic) reading.shape.traffic = read_traffic(session, reading.notices);
  auto tables = list_tables(session);
  if (const auto included = include(options, tables); !included) return included.errors();
  reading.shape.origin = read_origin(session);
  reading.shape.settings = read_settings(session);
  reading.shape.sequences = list_sequences(session);
  for (ListedTable& listed : tables) {
    read_columns(session, listed, reading.notices);
    read_joint(session, listed, reading.notices);
  }
  if (session.query("SELECT pg_is_in_recovery()").boolean(0, 0)) {
    reading.notices.push_back("a replica does not count dead rows: dead_fraction is 0 everywhere");
  }
  if (options.sample || options.widths) sample_widths(session, tables, reading.notices);
  if (options.sample) sample_fan_outs(session, tables, reading.notices);
  for (ListedTable& listed : tables) reading.shape.tables.push_back(std::move(listed.table));
  return reading;
}

}  // namespace

base::Result<Reading> read_shape(const postgres::Target& target, const ReadOptions& options) {
  const auto session = postgres::Session::open(reading_target(target));
  if (!session) return session.errors();
  if ((*session)->server_version() < 140000) {
    return base::environment_error(fmt::format("the server is PostgreSQL {}, and its statistics can be read from 14 on",
                                               (*session)->server_version() / 10000),
                                   "profile a copy of it on a newer major");
  }
  try {
    return read(**session, options);
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "reading the statistics");
  }
}

base::Result<std::vector<generators::TableStatistics>> read_statistics(
    const postgres::Target& target, const std::vector<generators::TableStatistics>& wanted) {
  ReadOptions options;
  options.all_values = true;
  for (const generators::TableStatistics& table : wanted)
    for (const auto& [name, column] : table.columns) options.widths |= !column.widths.empty();
  const auto reading = read_shape(target, options);
  if (!reading) return reading.errors();
  return statistics_of(reading->shape);
}

}  // namespace pgrehearse::profile
