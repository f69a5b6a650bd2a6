// One pass's part of the record. All times in it count from the pass's start.
//
// Marks, statements, stalls and comparisons name their pass. What the server saw (lock waits, deadlocks, samples) names
// the database, and each pass has a clone of its own; gaps name neither and belong to the passes that they overlap.
// What began after the last phase is left out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/analyse/interval.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::analyse {

struct PhaseSpan {
  std::string name;
  Interval time;
};

struct PassEvents {
  std::string name, database;
  Interval time;       // on the run's clock, unlike everything below
  bool ended = false;  // false: the record breaks off; `time.to` is then the last thing seen
  std::vector<PhaseSpan> phases;
  std::vector<record::Statement> statements;
  std::vector<record::LockWait> waits;
  std::vector<record::Deadlock> deadlocks;
  std::vector<record::ActivitySample> samples;
  std::vector<record::Gap> gaps;
  std::vector<record::CpuUse> cpu;
  std::vector<record::Stall> stalls;
  std::vector<record::PoolExhausted> pool;
  std::optional<record::Delivery> delivery;
  std::vector<record::TrafficScript> scripts;
  std::vector<record::AdversaryStep> adversary;
  std::vector<record::Comparison> comparisons;
  // Into the record, which must outlive this; their times are on the run's clock.
  std::vector<const record::Window*> windows;
};

// In the order in which the passes began.
std::vector<PassEvents> split_passes(const record::Record& record);

}  // namespace pgrehearse::analyse
