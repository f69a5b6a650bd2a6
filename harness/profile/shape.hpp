// What is known of a production database without a row of it: its schema, its sizes and its planner's statistics. A
// shape file holds one (shape_file.hpp); it is made from a live server (statistics_reader.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/statistics.hpp"

namespace pgrehearse::profile {

struct Index {
  std::string name, method;          // "users_email_key", "btree"
  std::vector<std::string> columns;  // of its key; empty names stand for expressions
  bool unique = false;
  bool partial = false;
  std::uint64_t bytes = 0;        // with its partitions
  std::optional<int> fillfactor;  // percent; none: the method's own
};

// A partitioned table stands for its partitions.
struct Table {
  generators::TableStatistics statistics;
  std::optional<int> fillfactor;
  std::vector<Index> indexes;
};

struct Sequence {
  std::string schema, name;
  std::int64_t increment = 1;
  std::optional<std::int64_t> last_value;  // none: not used yet, or not for this role to see
};

// Of the server that the shape was read from.
struct Origin {
  int major = 0;         // 16
  std::string version;   // "16.4"
  std::string encoding;  // "UTF8"
  std::string locale;    // of the database: "en_US.utf8 (libc)"
};

// Without a constant and without a comment: sql::normalize() made it.
struct TrafficStatement {
  std::string sql;
  std::uint64_t calls = 0;
  double total_ms = 0;     // of all calls, execution alone
  std::uint64_t rows = 0;  // of all calls
};

// Statements whose text stayed where it was.
struct LeftOut {
  std::string reason;
  std::uint64_t statements = 0, calls = 0;
  double total_ms = 0;
};

// What was sent to the database, as pg_stat_statements counts it.
struct Traffic {
  std::optional<double> seconds;             // in which it was counted; none: the extension is too old to tell
  std::vector<TrafficStatement> statements;  // the most frequent first
  std::vector<LeftOut> left_out;
};

struct Shape {
  Origin origin;
  std::map<std::string, std::string> settings;  // not at their defaults, as SHOW prints them
  std::optional<std::string> schema_sql;        // makes all tables in an empty database; none: left out
  std::vector<Table> tables;                    // by schema and name
  std::vector<Sequence> sequences;
  std::optional<Traffic> traffic;  // none: not read
};

std::vector<generators::TableStatistics> statistics_of(const Shape& shape);

}  // namespace pgrehearse::profile
