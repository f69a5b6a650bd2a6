// From rehearsals at several sizes to a statement about a size that was not rehearsed.
//
// Per statement, because each grows in its own way. Central: a + b N log2 N (nearest in 6 of 10 measured fits). Low:
// a + b N. High: the largest measured time, times (N / largest)^p with p = max(1.5, fitted exponent + 0.1). Times per
// row were seen to rise by 1.3 to 1.8 when the working set leaves shared_buffers, and every central estimate was low;
// the high bound held in 12 of 15 runs at 10M rows, fitted on 300k to 3M. An empirical rule from five migrations on one
// machine, and reports must label it so. WAL and disk grow linearly (2-5 %).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

// One statement, measured once at one size. Lengths in milliseconds; absent: not measured.
struct Measured {
  double rows = 0;
  double duration_ms = 0;
  double held_ms = 0;  // the longest that it held a lock which stops writes; 0: it took none
  std::optional<double> wal_bytes;
  std::optional<int> checkpoints, parallel_workers;
  double foreign_cpu_share = 0;  // foreign CPU seconds a second of the phase
  bool failed = false;
};

struct StatementSeries {
  std::string phase, file;
  int line = 0;
  std::string sql;
  bool touches_rows = true;      // it was seen to rewrite or scan a table
  std::vector<Measured> points;  // several of one size: repetitions
};

struct Range {
  double low = 0, central = 0, high = 0;
};

struct StatementEstimate {
  std::string phase, file;
  int line = 0;
  std::string sql;
  std::optional<Range> duration_ms, held_ms;  // none: refused
  std::optional<double> wal_bytes;            // none: refused or not measured
  std::vector<std::string> refusals;
  std::vector<std::string> notes;  // which sizes were left out, when it was not refused
};

struct Estimate {
  double target_rows = 0;
  std::vector<double> sizes;  // rehearsed, ascending
  std::vector<StatementEstimate> statements;
  std::optional<Range> up_ms, down_ms;          // sums; none when a part of it was refused, or there is none
  std::optional<Range> held_ms;                 // up and down together: the time in which writes wait
  std::optional<double> wal_bytes, disk_bytes;  // WAL of up and down; disk: the tables at the target
  std::vector<std::string> refusals;            // "up.sql:1: not estimated because ..."
  std::vector<std::string> notes;               // "up.sql:1: 37k rows left out: ..."
};

// A quiet pass that was analysed at a number of rows of the table that is scaled.
struct Rehearsed {
  double rows = 0;
  const Analysis* analysis = nullptr;
};

// Statements of up and down of the quiet passes, matched by phase and number.
std::vector<StatementSeries> collect(const std::vector<Rehearsed>& runs);
// For up and down each a series of how long some lock stopped writes (overlapping locks count once), as duration_ms.
std::vector<StatementSeries> collect_locked(const std::vector<Rehearsed>& runs);

StatementEstimate estimate_statement(const StatementSeries& series, double target_rows);
Estimate estimate(const std::vector<Rehearsed>& runs, double target_rows);

}  // namespace pgrehearse::analyse
