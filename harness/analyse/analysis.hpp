// What a run means: the value that the analysis derives from a record and every report renders. It mirrors
// summary.json (docs/summary.md), whose keys are the members' names; times within a pass count from the pass's start.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/event.hpp"
#include "harness/record/histogram.hpp"
#include "harness/record/manifest.hpp"
#include "harness/record/window.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::analyse {

using base::Duration;
using scenario::Verdict;

// Counts and latencies of one phase: of all scripts together or of one.
struct Traffic {
  record::Tally tally;
  record::Histogram response, service;  // see record/window.hpp: baseline without what outlived it, later phases with
};
struct ScriptTraffic {
  std::string name;
  Traffic traffic;
};

struct Phase {
  std::string name;
  Duration start{}, duration{};
  std::optional<Traffic> traffic;  // none on the quiet pass
  std::vector<ScriptTraffic> scripts;
  std::optional<record::CpuUse> cpu;
};

// What a statement did to the traffic.
struct Blocked {
  std::uint64_t operations = 0;
  Duration total{}, max{};
};

struct StatementRun {
  record::Statement statement;  // times relative to the pass
  Duration lock_wait{};         // from the server log where it saw the wait, else from the session
  Blocked blocked;
  std::vector<std::string> waited_for;  // who made the migration itself wait, in words
};

struct Wait {
  record::LockWait wait;  // times relative to the pass
  std::string phase;
  // Index in Pass::statements of the one to blame; none: ordinary contention, without the migration in the chain.
  std::optional<std::size_t> statement;
  // The migration was itself waiting, and this waited behind it: for whom, in words ("adversary long-reader").
  std::string behind;
  // With no statement to blame: the adversary that held the lock, or queued for it in front.
  std::string adversary = {};
};

struct LockWaits {
  std::uint64_t count = 0;  // of traffic waits blamed on the migration
  Duration total{}, max{};
  std::string source = "server_log";
  Duration smallest_visible{};
  std::uint64_t ordinary = 0;     // of the traffic among itself
  std::uint64_t adversaries = 0;  // for an adversary, without the migration
  int longest_queue = 0;          // sessions waiting for one lock at once, as far as sampled
};

struct Stall {
  std::string script, phase;
  Duration start{}, duration{};
  std::optional<std::size_t> statement;  // index in Pass::statements
  std::string adversary = {};            // with no statement to blame: the adversary that is
};

// One way in, for an adversary that tries again and again to connect.
struct Door {
  std::string role;
  std::uint64_t tries = 0, refused = 0;
  Duration slowest{};
};

// What an adversary did, and what the traffic had from it without the migration in between.
struct AdversaryRun {
  std::string name;
  Blocked blocked;
  std::vector<Door> doors;
};

// One version of the application in one phase in which it ran.
struct ApplicationPhase {
  std::string phase;
  bool own_schema = false;  // the one that it was made for; else the other one, or one in between
  std::uint64_t sent = 0, failed = 0;
  std::map<std::string, std::uint64_t> errors;  // by SQLSTATE
};
struct ApplicationRun {
  std::string name;                  // old | new
  std::vector<std::string> scripts;  // as in the phases' scripts
  std::vector<ApplicationPhase> phases;
  std::map<std::string, std::uint64_t> misfits;  // errors on the other schema that its own does not explain
  std::optional<bool> survives;                  // none: it never ran on the other schema
};

// The application's pool had no free connection, and operations waited for one.
struct PoolExhaustion {
  record::PoolExhausted pool;  // times relative to the pass
  std::string phase;
  // When the first of the queries began to wait for a lock that were still waiting as the pool ran out; none: no lock
  // wait was seen then, the connections were taken otherwise, or lost.
  std::optional<Duration> first_blocked;
  std::optional<std::size_t> statement;  // index in Pass::statements

  std::optional<Duration> to_exhaustion() const {
    if (!first_blocked) return {};
    return pool.start - *first_blocked;
  }
};

struct Cycle {
  std::optional<bool> schema_restored_by_down, data_restored_by_down, second_up_equals_first;  // none: not reached
  // "schema: ..." or "data: ..." for what down did not restore, "second up, schema: ..." for what the second up
  // changed.
  std::vector<std::string> differences, notes;
};

// One point of the timeline: a window of all scripts together.
struct TimelinePoint {
  Duration start{}, length{};
  std::uint64_t due = 0, ok = 0, failed = 0, shed = 0;
  Duration p50{}, p99{}, max{};  // response
};

struct Pass {
  std::string name;
  Duration start{}, duration{};  // start: since the start of the run
  std::vector<Phase> phases;
  std::vector<StatementRun> statements;
  std::vector<Wait> waits;
  LockWaits lock_waits;
  std::uint64_t deadlocks = 0;
  std::vector<Stall> stalls;
  std::vector<PoolExhaustion> pool;
  std::optional<Cycle> cycle;
  std::vector<record::Gap> gaps;
  std::optional<record::Delivery> delivery;  // none without traffic; times relative to the pass
  std::vector<TimelinePoint> timeline;
  std::vector<record::AdversaryStep> adversary;
  std::vector<AdversaryRun> adversaries;
  std::vector<ApplicationRun> applications;
  std::string failure;  // the migration's error that ended it, "up.sql:3: 23502: ..."; empty: none
};

struct Gate {
  std::string id;
  std::string limit, actual;                          // for people
  std::optional<double> limit_number, actual_number;  // in the unit of limit_key
  std::string unit;                                   // "ms", "ratio", "bool": the suffix of the keys in summary.json
  Verdict outcome = Verdict::pass;
  // The evidence in one sentence: which pass, phase, statement, lock.
  std::string because;
  std::optional<std::string> file;
  int line = 0;
};

struct Analysis {
  Verdict verdict = Verdict::inconclusive;
  std::string headline;              // one sentence
  std::vector<std::string> reasons;  // why inconclusive, when it is
  std::vector<std::string> advice;   // what to do instead; from what was seen, never from the text alone
  record::Manifest manifest;
  std::vector<record::TableFilled> tables;
  std::vector<Pass> passes;
  std::vector<Gate> gates;
  std::vector<std::string> notices;
  std::vector<std::string> defects;  // of the record
};

}  // namespace pgrehearse::analyse
