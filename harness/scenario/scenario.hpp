// What the user asked for, resolved: every default filled in, every path absolute, every unit a number. The parser and
// the command line both produce it; nothing else of the program reads YAML or flags.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generators/override.hpp"
#include "generators/statistics.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::scenario {

using base::Duration;

// ---- the migration -----------------------------------------------------------------------------------------------

// How long locks are held: see ARCHITECTURE.md, "Transaction scope". `automatic`: as the format has it.
enum class TransactionScope { automatic, batch, file, simple_query, statement };

struct Migration {
  // Either a folder in the format of a migration tool ...
  std::string folder;
  std::string format = "auto";  // auto | diesel | golang-migrate | plain
  std::string only;             // rehearse this version; empty: the newest (see last)
  int last = 1;                 // rehearse the newest N as one range: up in order, down in reverse
  // ... or two files of their own.
  std::string up_file, down_file;  // down may be empty: then there is no way back, and the cycle says so
  TransactionScope scope = TransactionScope::automatic;
};

// How the migration is run: what the user's deploy does, or what they consider doing.
struct Policy {
  std::optional<Duration> lock_timeout, statement_timeout;
  int retries = 0;  // after a lock time-out, a deadlock or a serialization failure
  Duration retry_wait = std::chrono::seconds(1);
};

// ---- the data ----------------------------------------------------------------------------------------------------

// A number of rows, or a ratio to another table ("10 per users").
struct RowCount {
  double number = 0;
  std::string per_table;  // empty: absolute
};

struct Table {
  std::string name;  // "users" or "public.users", as written
  std::optional<RowCount> rows;
  std::optional<double> aged;  // as Data::aged
  std::map<std::string, generators::Override> columns;
  base::Place place;
};

struct Data {
  std::vector<std::string> schema_files;  // run before the migrations' history, in order
  std::uint64_t default_rows = 100'000;
  std::vector<Table> tables;
  std::uint64_t seed = 42;
  double aged = 0;  // the share of dead row versions that updates leave in each table, 0 to 0.5

  std::string shape_file;  // how production's rows look (docs/profile.md); empty: nobody said
  double scale = 1;        // of the shape's row counts
  // What stands in the shape file: the parser only knows where it is. Rows that `tables` asks for win over its counts.
  std::vector<generators::TableStatistics> statistics;
  std::string shape_schema;  // SQL; run first where nothing else makes the schema, else empty
};

// ---- the traffic -------------------------------------------------------------------------------------------------

// A stretch of time in which the rate goes from one value to another, linearly.
struct RatePiece {
  double from_per_s = 0, to_per_s = 0;
  Duration length{};
};

// When something happened elsewhere.
struct Trace {
  std::string file;
  std::vector<Duration> times;  // ascending, from the first, which is 0; none when read back from a manifest
  Duration length{};            // the last of them, and one mean distance more: when it starts over
};

// When operations become due in an open loop, where that is not at one rate throughout.
struct Timetable {
  std::vector<RatePiece> rates;
  bool repeat = false;                 // the rates start over; else the last one goes on
  std::shared_ptr<const Trace> trace;  // instead of rates; starts over
  Duration skip{};                     // begins this far into it
  bool empty() const { return rates.empty() && !trace; }
};

enum class Arrivals {
  poisson,   // as independent users come: exponential gaps
  constant,  // at equal distances
};

// What a client of a closed loop does between an answer and its next operation.
struct ThinkTime {
  Duration mean{};
  bool exponential = false;  // else always the same
};

// How statements reach the server. simple: variables are pasted into the text. The others send them as parameters;
// prepared: by a statement that is prepared at its first use on each connection.
enum class Protocol { simple, extended, prepared };

// What follows when the server refuses a prepared statement because DDL changed its result (0A000).
enum class StalePlan {
  prepare_anew,  // the operation fails, as the application's users would see; then the statement is prepared anew
  repeat,        // as drivers that hide it: prepared anew and tried again at once, where no transaction is open
  keep,          // as pgbench: it fails for ever
};

// As the application sets them. None: not set by it; zero: off.
struct SessionTimeouts {
  std::optional<Duration> statement, lock, idle_in_transaction;
};

struct Script {
  std::string name;
  std::string text;    // in pgbench's script language and ours (docs/scripts.md)
  std::string source;  // where it stands: file, and line offset for messages
  int source_line = 1;
  double weight = 1;
  std::optional<double> rate_per_s;  // its own rate; none: its share of the total by weight
  Timetable timetable;               // of its own, instead of a rate; empty: none
  SessionTimeouts timeouts;          // each that is set here holds instead of the traffic's
};

// What production sends, as its statement statistics have it.
struct ObservedStatement {
  std::string sql;  // one statement; $1, $2, ... stand for its constants
  double calls = 0;
  double rows = 0;  // of all calls together
};
struct ObservedTraffic {
  std::optional<double> seconds;  // in which the calls came; none: nobody knows
  std::vector<ObservedStatement> statements;
};

struct Traffic {
  enum class Loop { open, closed };
  Loop loop = Loop::open;
  double rate_per_s = 200;  // of all scripts without a rate of their own; open loop only
  Timetable timetable;      // instead of the rate; empty: none
  Arrivals arrivals = Arrivals::poisson;
  ThinkTime think_time;  // closed loop only
  // The application's pool: connections that stay open, and how many more it opens while all of those are busy.
  int clients = 16, overflow = 0;
  // An operation that could not be sent for this long is given up (counted as shed): the pool's acquire time-out.
  Duration patience = std::chrono::seconds(30);
  // What the application's driver does.
  Protocol protocol = Protocol::prepared;
  StalePlan stale_plan = StalePlan::prepare_anew;
  int max_tries = 1;            // of an operation that fails with 40001 or 40P01; 0: without limit
  std::vector<Script> scripts;  // empty: what was observed in production, else derived from the schema
  double scale = 1;             // of production's rates
  ObservedTraffic observed;     // what stands in the shape file: the parser only knows where it is
  SessionTimeouts timeouts;
};

// One version of the application.
struct Application {
  std::string name;                 // old: made for the schema before the migration; new: for the one after it
  std::vector<Script> scripts;      // at least one
  std::vector<std::string> phases;  // in which it runs
};

struct Adversary {
  enum class Kind {
    long_reader,
    idle_in_transaction,
    pg_dump,
    autovacuum,
    autovacuum_wraparound,
    batch_update,
    second_ddl,
    prepared_transaction,
    connection_burst,
    admin,
  };
  std::string name;
  Kind kind = Kind::long_reader;
  std::string table;  // empty: the largest table that the migration locks
  // When it begins, relative to the start of each `up` and `down`, and how long it holds its lock.
  Duration lead = std::chrono::milliseconds(500);
  Duration hold = std::chrono::seconds(4);
  int rows = 1000;                                                 // batch_update: about so many in each batch
  int connections = 100;                                           // connection_burst
  std::string sql;                                                 // second_ddl; empty: adds a column to the table
  std::optional<Duration> lock_timeout = std::chrono::seconds(2);  // second_ddl
};

// ---- the run -----------------------------------------------------------------------------------------------------

struct Timing {
  Duration baseline = std::chrono::seconds(5);
  Duration settle = std::chrono::seconds(2);
};

struct Server {
  // local: binaries of this machine. container: an image. existing: DATABASE_URL, else PGHOST and friends. Anything
  // else: the connection URI of an existing server. auto: local where there are binaries, else container.
  std::string use = "auto";
  std::optional<int> major;  // of PostgreSQL; none: any
  std::string postgres_bin;  // folder with initdb and postgres; empty: search
  std::string image;         // of the container; empty: the official one of the major
  std::string engine;        // docker, podman, or the path of one; empty: the first that answers
  // What the container may use; none: all of the machine.
  std::optional<double> cpus;
  std::optional<std::uint64_t> memory_bytes;
  std::map<std::string, std::string> settings;
  std::string settings_from;  // a file in the form of postgresql.conf, or a connection URI; weaker than `settings`
  bool keep = false;          // the server stays up after the run
  std::string cache;          // folder for generated databases; empty: none is kept
  std::uint64_t cache_limit_bytes = 20ull * 1024 * 1024 * 1024;
  Duration start_deadline = std::chrono::seconds(60);
};

struct Gates {
  std::optional<Duration> max_stall = std::chrono::milliseconds(500);
  std::optional<Duration> lock_wait = std::chrono::milliseconds(500);
  std::optional<Duration> response_p99;        // absolute, during up and down
  std::optional<double> response_p99_ratio;    // to the baseline's
  std::optional<double> error_rate = 0.001;    // a fraction of what was sent, during up and down
  std::optional<Duration> migration_duration;  // of each up and down
  bool down_restores_schema = true;
  bool down_restores_data = true;
  // With applications: no errors of the old code on the new schema, of the new code on the old one.
  bool old_code_survives = true, new_code_survives = false;
};

enum class Verdict { pass, inconclusive, fail };

// What a catalogue scenario promises of a variant; a test holds it.
struct Expectation {
  std::optional<Verdict> verdict;
  std::vector<std::string> failed_gates;
  std::string statement;  // a part of the SQL that is to blame
  std::string lock;       // "AccessExclusiveLock on public.users"
};

struct Scenario {
  std::string name;
  std::string title, story;           // for people
  std::string variant;                // the variant chosen, empty when there are none
  std::vector<std::string> variants;  // all that the file offers
  std::string file;                   // where it was read from; empty: flags only
  Migration migration;
  Policy policy;
  Data data;
  Traffic traffic;
  std::vector<Application> applications;  // old, or old and new; then the traffic has no scripts of its own
  std::vector<Adversary> adversaries;     // those that some pass has
  // Each is one pass with these adversaries, by name.
  std::vector<std::vector<std::string>> adversary_passes;
  bool quiet_pass = true, traffic_pass = true;
  Timing timing;
  Server server;
  Gates gates;
  Expectation expect;
};

}  // namespace pgrehearse::scenario
