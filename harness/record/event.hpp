// What happened, as the actors saw it. These are the only things that cross from the running half of the program to
// the analysing half. Every time is a base::Duration since the start of the run (see base/clock.hpp); lengths are
// durations. Names that PostgreSQL gave are verbatim; relations are "schema.name".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/record/histogram.hpp"

namespace pgrehearse::record {

using base::Duration;

// ---- marks, by the conductor -------------------------------------------------------------------------------------

struct PassStart {
  Duration at{};
  std::string pass;      // quiet | traffic | adversary:<name>, with several adversaries adversary:<name>+<name>
  std::string database;  // the clone it runs in
};
struct PassEnd {
  Duration at{};
  std::string pass;
};
// Phases of a pass, in order and without gaps or overlaps: baseline, up, after_up, down, after_down, up_again,
// after_up_again.
struct PhaseStart {
  Duration at{};
  std::string pass, phase;
};
struct PhaseEnd {
  Duration at{};
  std::string pass, phase;
};

// ---- the migration, by migrate -----------------------------------------------------------------------------------

struct HeldLock {
  std::string relation;  // "schema.name"
  std::string mode;      // as in pg_locks: AccessExclusiveLock, ...
  Duration from{};       // when the statement that took it began (or, when it waited, when the wait ended)
  Duration to{};         // the end of its transaction
  std::optional<std::uint32_t> oid;
  bool existed_before = true;  // the relation is older than the transaction, so that others can wait for it
};

// One statement of the migration, run once in one phase, all attempts together.
struct Statement {
  std::string pass, phase;
  int number = 0;  // within the phase, from 0
  std::string file;
  int line = 0;  // from 1
  std::string sql;
  Duration start{}, end{};
  int backend_pid = 0;
  int transaction = -1;  // statements of one transaction share the number; -1: outside any
  Duration transaction_end{};
  int attempts = 1;
  std::optional<std::string> sqlstate;  // of the last attempt; none: it succeeded
  std::string message;                  // the server's, when it failed
  std::vector<HeldLock> locks;          // gained by this statement
  std::vector<std::string> rewrites;    // tables that got a new file
  std::vector<std::string> scans;       // tables read from end to end
  std::optional<std::uint64_t> wal_bytes;
  std::optional<int> checkpoints;       // that the server counted while it ran
  std::optional<int> parallel_workers;  // the most that were seen at one time; none: it was too short to look
  Duration lock_wait{};                 // its own waiting for locks, as far as seen by its own session
};

// ---- lock waits, by observe --------------------------------------------------------------------------------------

enum class WaitEnd { acquired, lock_timeout, cancelled, deadlock, unresolved };

struct LockWait {
  std::string source;  // server_log | sampler
  std::string database;
  int pid = 0;
  std::string application;  // application_name: "pgrehearse:traffic:<script>", "pgrehearse:migration", ...
  std::string mode;
  std::string object;    // the server's words: "relation 16385 of database 16384", "transaction 731", ...
  std::string relation;  // "schema.name" where it could be resolved, else empty
  Duration start{}, duration{};
  WaitEnd end = WaitEnd::acquired;
  std::vector<int> holders;  // pids, at the time of the server's report
  std::vector<int> queue;    // pids waiting, in order; includes this one
  std::string statement;     // the waiting statement, as far as known
};

struct Deadlock {
  Duration at{};
  std::string database;
  int victim_pid = 0;
  std::string application;
  std::string detail;
};

// A look at the server: how many wait, and for whom.
struct ActivitySample {
  Duration at{};
  std::string database;
  int active = 0, waiting = 0, idle_in_transaction = 0;
  int longest_queue = 0;
  std::vector<int> root_blockers;  // pids that block others and wait for nobody
};

// An observer could not see in this interval. Anything may have happened in it.
struct Gap {
  std::string observer;  // sampler | server_log | traffic | cpu
  Duration start{}, duration{};
  std::string reason;
};

// ---- the machine, by observe -------------------------------------------------------------------------------------

struct CpuUse {
  std::string pass, phase;
  Duration start{}, duration{};
  double machine_busy_s = 0, server_s = 0, own_s = 0;  // CPU seconds
  double foreign_s = 0;                                // the rest of the busy time, never negative
  int cores = 0;
};

// ---- traffic, by load (counts and histograms are in windows, see window.hpp) -------------------------------------

// While operations of `script` were pending, none of them completed for this long.
struct Stall {
  std::string pass, script;
  Duration start{}, duration{};
};

// Every connection of the traffic's pool was taken (or lost), and operations had to wait for one.
struct PoolExhausted {
  std::string pass;
  Duration start{}, duration{};    // from the first operation that had to wait until none waited any more
  int connections = 0;             // at most
  Duration patience{};             // the acquire time-out
  Duration longest_wait{};         // for a connection
  std::uint64_t most_waiting = 0;  // operations at one time
  std::uint64_t waited = 0;        // operations that got a connection in the end
  std::uint64_t shed = 0;          // those that did not in time: users of the application saw an error
};

// How well the plan of a pass's traffic was kept, and what that cost.
struct Delivery {
  std::string pass;
  Duration began{}, ended{};        // from the first phase to the end of the traffic
  Histogram send_lag;               // from due to sent, of operations for which a client was free: our own lateness
  std::uint64_t longest_queue = 0;  // operations that waited for a client at one time
  double cpu_s = 0;                 // of the traffic's thread
  int most_connections = 0;         // open at one time
};

// A script of a pass's traffic that belongs to one of two applications.
struct TrafficScript {
  std::string pass, script;
  std::string application;          // old | new
  std::vector<std::string> phases;  // in which it runs
};

// An adversary's doings: "began", "holds" (has its locks, or is at work), "ended", and by kind "asks", "gave up",
// "connected", "refused", "cancelled" (see load/acts.hpp).
struct AdversaryStep {
  Duration at{};
  std::string pass, adversary, step;
  int backend_pid = 0;             // 0: a prepared transaction, as in the server's lists of holders; -1: nobody's
  std::string detail{};            // for people: what it is or did, as far as the step does not say so
  std::optional<Duration> took{};  // of what can be slow: a connection
};

// ---- the cycle, by observe ---------------------------------------------------------------------------------------

// The state after a phase compared with a state before. Differences are one line each: what differs, where.
struct Comparison {
  Duration at{};
  std::string pass;
  std::string what;   // schema | data
  std::string after;  // down | up_again
  bool equal = true;
  std::vector<std::string> differences;  // empty when equal
  std::vector<std::string> notes;        // harmless differences, e.g. the order of columns
};

// ---- the set-up, by populate -------------------------------------------------------------------------------------

struct TableFilled {
  std::string name;
  std::uint64_t rows = 0, bytes = 0;  // bytes: heap, indexes and TOAST
  Duration generate{};                // load, indexes and vacuum together
  std::string note;                   // e.g. "kept the 12 rows that the migrations inserted"
};

// Something a reader of the report should know; it ends up there word for word.
struct Notice {
  Duration at{};
  std::string text;
};

using Event =
    std::variant<PassStart, PassEnd, PhaseStart, PhaseEnd, Statement, LockWait, Deadlock, ActivitySample, Gap, CpuUse,
                 Stall, PoolExhausted, Delivery, TrafficScript, AdversaryStep, Comparison, TableFilled, Notice>;

}  // namespace pgrehearse::record
