// Builds the record of a run by hand: passes, phases, statements, waits and a simulated open-loop traffic. All times
// are milliseconds from the start of the pass that was begun last.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::testing {

using base::Duration;
using base::from_ms;

struct Stopped {  // traffic of a script cannot get through in this time
  double from_ms = 0, to_ms = 0;
};

class Story {
 public:
  static constexpr int migration_pid = 500, traffic_pid = 700, adversary_pid = 900;

  Story() {
    record::Manifest& manifest = record_.manifest;
    manifest.tool_version = "0.1.0";
    manifest.command = {"pgrehearse", "run", "story"};
    manifest.started = "2026-11-20T10:00:00Z";
    manifest.seed = 42;
    manifest.scenario_name = "story";
    manifest.scenario_json = "{}";
    manifest.server = {"15.18", "local", {{"fsync", "on"}, {"shared_buffers", "128MB"}}, "C.UTF-8 (libc)", "ext4"};
    manifest.machine = {"host", "Debian GNU/Linux 12", "a processor", 2, 24ull << 30};
    manifest.ended_ms = 60000;
    table("public.users", 1'000'000, 94'371'840, 610);
  }

  Story& table(const std::string& name, std::uint64_t rows, std::uint64_t bytes, double generate_ms) {
    record_.events.push_back(record::TableFilled{name, rows, bytes, from_ms(generate_ms), ""});
    return *this;
  }

  // Phases in order, each with its length.
  Story& pass(const std::string& name, const std::vector<std::pair<std::string, double>>& phases) {
    pass_ = name;
    database_ = "rehearsal_" + name;
    zero_ms_ = end_ms_ + 100;
    spans_.clear();
    append(record::PassStart{at(0), name, database_});
    double from = 0;
    for (const auto& [phase, length] : phases) {
      append(record::PhaseStart{at(from), name, phase});
      append(record::PhaseEnd{at(from + length), name, phase});
      spans_.push_back({phase, from, from + length});
      from += length;
    }
    append(record::PassEnd{at(from), name});
    end_ms_ = zero_ms_ + from;
    number_ = 0;
    return *this;
  }

  record::Statement statement(const std::string& phase, const std::string& sql, double from, double to) {
    record::Statement statement;
    statement.pass = pass_;
    statement.phase = phase;
    statement.number = number_++;
    statement.file = phase == "down" ? "migrations/7/down.sql" : "migrations/7/up.sql";
    statement.line = 1;
    statement.sql = sql;
    statement.start = at(from);
    statement.end = statement.transaction_end = at(to);
    statement.backend_pid = migration_pid;
    statement.transaction = statement.number;
    return statement;
  }

  record::HeldLock lock(const std::string& mode, const std::string& relation, double from, double to) const {
    return {relation, mode, at(from), at(to), 16385u, true};
  }

  record::LockWait wait(const std::string& script, const std::string& mode, double from, double length,
                        std::vector<int> holders, std::vector<int> queue, int pid = traffic_pid) const {
    record::LockWait wait;
    wait.source = "server_log";
    wait.database = database_;
    wait.pid = pid;
    wait.application = "pgrehearse:traffic:" + script;
    wait.mode = mode;
    wait.object = "relation 16385 of database 16384";
    wait.relation = "public.users";
    wait.start = at(from);
    wait.duration = from_ms(length);
    wait.holders = std::move(holders);
    wait.queue = std::move(queue);
    return wait;
  }

  Story& stall(const std::string& script, double from, double length) {
    return append(record::Stall{pass_, script, at(from), from_ms(length)});
  }
  // All 16 connections taken.
  Story& pool(double from, double length, double longest_wait, std::uint64_t waited, std::uint64_t shed) {
    return append(record::PoolExhausted{pass_, at(from), from_ms(length), 16, from_ms(15000), from_ms(longest_wait),
                                        waited + shed, waited, shed});
  }
  Story& gap(const std::string& observer, double from, double length, const std::string& reason) {
    return append(record::Gap{observer, at(from), from_ms(length), reason});
  }
  // The traffic of the pass: of a hundred operations 98 were sent `usual` ms late and two `late` ms.
  Story& delivery(double usual, double late) {
    record::Delivery delivery{pass_, at(0), at(spans_.back().to_ms), {}, 3, 0.25};
    delivery.send_lag.record(from_ms(usual), 98);
    delivery.send_lag.record(from_ms(late), 2);
    return append(delivery);
  }
  Story& compared(const std::string& what, const std::string& after, std::vector<std::string> differences = {}) {
    return append(record::Comparison{at(0), pass_, what, after, differences.empty(), std::move(differences), {}});
  }
  Story& restored() {
    compared("schema", "down").compared("data", "down");
    return compared("schema", "up_again").compared("data", "up_again");
  }
  Story& append(const record::Event& event) {
    record_.events.push_back(event);
    return *this;
  }

  // An open loop of `rate` operations a second; those that are due while stopped finish when that ends. What is due
  // after `clients` are stuck waits with them.
  Story& traffic(const std::string& script, double rate, const std::vector<Stopped>& stops = {}) {
    Windows windows = empty_windows(script);
    const double end = spans_.back().to_ms;
    for (std::uint64_t i = 0; static_cast<double>(i) * 1000 / rate < end; ++i) {
      const double due = static_cast<double>(i) * 1000 / rate;
      add_operation(windows, due, service_ms(i), stops);
    }
    for (auto& [start, window] : windows) record_.windows.push_back(std::move(window));
    return *this;
  }

  Duration at(double ms) const { return from_ms(zero_ms_ + ms); }
  record::Record& record() { return record_; }

 private:
  struct Span {
    std::string name;
    double from_ms, to_ms;
  };
  using Windows = std::map<double, record::Window>;

  // Around a millisecond with a tail, the same in every run.
  static double service_ms(std::uint64_t i) {
    const double u = base::Seed{7}.unit(i);
    return 0.4 + 0.3 * std::pow(1 - u, -0.5);
  }

  const Span& span_at(double ms) const {
    for (const Span& span : spans_) {
      if (ms < span.to_ms) return span;
    }
    return spans_.back();
  }

  Windows empty_windows(const std::string& script) const {
    Windows windows;
    for (const Span& span : spans_) {
      for (double from = span.from_ms; from < span.to_ms; from += 200) {
        record::Window& window = windows[from];
        window.pass = pass_;
        window.script = script;
        window.start = at(from);
        window.end = at(std::min(from + 200, span.to_ms));
      }
    }
    return windows;
  }

  void add_operation(Windows& windows, double due, double service, const std::vector<Stopped>& stops) {
    double done = due + service;
    for (const Stopped& stop : stops) {
      if (stop.from_ms <= due && due < stop.to_ms) done = stop.to_ms + service;
    }
    record::Window& window = std::prev(windows.upper_bound(due))->second;
    ++window.tally.due;
    ++window.tally.sent;
    ++window.tally.ok;
    const Span& began = span_at(due);
    charge(done <= began.to_ms ? window.within : window.outlived, done - due);
    for (const Span& span : spans_) {
      if (span.from_ms >= began.to_ms && span.from_ms < done) charge(windows[span.from_ms].carried, done - due);
    }
  }

  static void charge(record::Latency& latency, double ms) {
    latency.response.record(from_ms(ms));
    latency.service.record(from_ms(ms));
  }

  record::Record record_;
  std::string pass_, database_;
  double zero_ms_ = 0, end_ms_ = 0;
  int number_ = 0;
  std::vector<Span> spans_;
};

}  // namespace pgrehearse::testing
