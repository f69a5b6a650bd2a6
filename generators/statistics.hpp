// How the rows of a table look, in the terms of PostgreSQL's own planner statistics (manual: pg_stats, pg_stats_ext,
// pg_class). Value types only: a profile of production fills them, generation aims at them, and the fidelity report
// compares them with what ANALYZE found in the generated rows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pgrehearse::generators {

// A value that the statistics single out. A column's marks stand in the ascending order of its type's sort operator, as
// the server sorted them: so rank, length and frequency still tell where the value itself was not to leave production.
struct Mark {
  std::optional<std::string> value;  // in PostgreSQL's text form; none: kept private
  std::uint32_t length = 0;          // of the text form in bytes (bytea: its own bytes); private values only
  double frequency = 0;              // the share of all rows that hold it; 0: a bound of the histogram
  // Private values of a combination (see JointStatistics): the same value's place among its column's marks; none: it
  // is not among them.
  std::optional<std::uint32_t> place = {};

  bool common() const { return frequency > 0; }
};

// Of columns whose values have elements: arrays, tsvector.
struct ElementStatistics {
  std::vector<Mark> common;             // frequency: the share of non-null rows that hold the element
  std::vector<double> counts;           // histogram of distinct elements a row, ascending, equal shares between bounds
  double average_count = 0;             // of distinct elements a row
  std::optional<double> null_elements;  // the share of non-null rows that hold a null element
};

// Of ranges and multiranges (of which the statistics show the least range that holds all of theirs).
struct RangeStatistics {
  double empty_fraction = 0;            // of the rows that are not NULL
  double unbounded_fraction = 0;        // of those not empty: no lower or no upper bound
  std::vector<double> lengths;          // quantiles of the others' upper minus lower bound: days, seconds, numbers
  std::vector<std::string> lower = {};  // quantiles of the bounds in PostgreSQL's text form; "": none (unbounded)
  std::vector<std::string> upper = {};  // both ascending, and without entries where bounds are private
};

struct ColumnStatistics {
  double null_fraction = 0;
  double distinct = 0;       // > 0: that many different values; < 0: minus their ratio to all rows; 0: unknown
  double average_width = 0;  // bytes as stored in the row, of non-null values; a value moved to TOAST counts 18
  std::optional<double> correlation;  // of physical order and value order, -1 to 1; none: the type has no order
  std::vector<Mark> marks;            // common values among the bounds of the histogram
  std::vector<std::uint32_t>
      widths;  // quantiles of octet_length, ascending, equal shares between them; only if sampled
  // What values that are the widest of rows with 2,000 bytes and more take where they are stored, compressed or not, by
  // their length (of columns that never are, those that are compressed); and of jsonb, what those take that are not
  // compressed, by the length of their text. Only if sampled.
  std::optional<double> stored_share = {}, plain_share = {};
  // The correlation of the logarithms of a value's length and of those of its row's other sampled columns together, of
  // tables with rows of 2,000 bytes and more. Only if sampled.
  std::optional<double> together = {};
  std::optional<ElementStatistics> elements = {};
  std::optional<RangeStatistics> ranges = {};
  std::string type = {};             // as the server calls it: "character varying(40)"; empty: unknown
  std::uint64_t rows = 0;            // of the table that it was found in; 0: unknown
  double beside = 0;                 // average width of that table's other columns, as stored in the row; 0: unknown
  std::optional<double> apart = {};  // bytes a row that are stored in TOAST; none: unknown

  // Different values among so many rows; 0: unknown.
  double distinct_in(double table_rows) const { return distinct < 0 ? -distinct * table_rows : distinct; }
};

// How many children the parents of a foreign key have; from a sample or a count.
struct FanOut {
  double parents_with_children = 0;  // the share of the parent's rows that any child points at
  // The children of the parents that have any: quantiles, ascending, equal shares of those parents between them; at
  // least the least and the most.
  std::vector<double> children;
};

// Extended statistics over some columns of a table.
struct JointStatistics {
  struct Combination {
    std::vector<std::optional<Mark>> values;  // by column; none: NULL. Mark::frequency is not used
    double frequency = 0;                     // the share of all rows
  };
  struct Dependency {
    std::vector<std::string> from;  // these columns' values
    std::string to;                 // decide this one's
    double degree = 0;              // in this share of the rows
  };
  std::vector<std::string> columns;
  std::map<std::vector<std::string>, double> distinct;  // combinations of values of some of the columns; sign as above
  std::vector<Dependency> dependencies;
  std::vector<Combination> common;
};

struct TableStatistics {
  std::string schema, name;
  std::uint64_t rows = 0;
  std::uint64_t heap_bytes = 0, toast_bytes = 0, index_bytes = 0;
  double dead_fraction = 0;                         // of live and dead rows together
  std::map<std::string, ColumnStatistics> columns;  // by name
  std::map<std::string, FanOut> fan_outs;           // by the foreign key's name
  std::vector<JointStatistics> joint;
};

}  // namespace pgrehearse::generators
