#include "tests/bench/stall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/bench/need.hpp"
#include "tests/bench/our_traffic.hpp"
#include "tests/bench/pgbench.hpp"
#include "tests/bench/series.hpp"
#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* script = "select-only";
constexpr double rate_per_s = 1000;
constexpr Duration before = 3s, locked = 1s, after = 4s;
constexpr std::array<std::pair<const char*, double>, 3> quantiles{{{"p90", 0.9}, {"p99", 0.99}, {"max", 1.0}}};

using Figures = std::array<double, quantiles.size()>;  // ms

// Seconds on any one clock.
struct Stall {
  double begin = 0, end = 0;
};

// The end is taken as COMMIT is sent: those that it wakes may keep its answer from us for a while.
Stall lock_for_a_while(postgres::Session& locker, const base::Clock& clock) {
  locker.query("BEGIN; LOCK TABLE pgbench_accounts");
  Stall stall;
  stall.begin = base::to_seconds(clock.now());
  let_pass(locked);
  stall.end = base::to_seconds(clock.now());
  locker.query("COMMIT");
  return stall;
}

Figures figures(std::vector<double> taken_ms) {
  std::sort(taken_ms.begin(), taken_ms.end());
  Figures at{};
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    at[i] = taken_ms[static_cast<std::size_t>(quantiles[i].second * static_cast<double>(taken_ms.size() - 1))];
  }
  return at;
}

// What operations that are due at these times (s, ascending) must take, in ms: a queue, first in first out, whose
// server finishes `capacity_per_s` and, during the stall, nothing. So the operation that is due t after the stall began
// ends when the stall of length S is over and those due before it are done: it takes S - t (1 - rate / capacity), and
// the last to feel the stall is due S / (1 - rate / capacity) after its beginning. Without the part of the capacity the
// p90 of this plan would come out by 0.8 s * rate / capacity too low, the p99 by a tenth of that, the maximum not. The
// capacity is that of a closed loop of as many clients. It is a little less than what drains: the operations on which
// the clients wait have been sent and planned already.
Figures theory(const std::vector<double>& due_s, const Stall& stall, double capacity_per_s) {
  std::vector<double> taken_ms;
  double done = 0;
  for (const double due : due_s) {
    const double ready = std::max(due, done);
    const bool stalled = ready >= stall.begin && ready < stall.end;
    done = (stalled ? stall.end : ready) + 1 / capacity_per_s;
    taken_ms.push_back((done - due) * 1e3);
  }
  return figures(std::move(taken_ms));
}

// Measured, and what theory says of the same plan, the same stall and this capacity.
struct Outcome {
  Figures measured{}, expected{};
};

Outcome ours(const postgres::Target& target, int clients, int scale, double capacity_per_s) {
  scenario::Traffic open;
  open.rate_per_s = rate_per_s;
  open.arrivals = scenario::Arrivals::constant;
  open.clients = clients;
  const auto locker = need(postgres::Session::open(target));
  Stall stall;
  const Done done = run_ours(target, script, scale, open, [&](const base::Clock& clock) {
    let_pass(before);
    stall = lock_for_a_while(*locker, clock);
    let_pass(after);
  });
  Outcome outcome;
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    outcome.measured[i] = base::to_ms(done.latency.response.at(quantiles[i].second));
  }
  std::vector<double> due_s;
  const double began = base::to_seconds(done.delivery.began), ended = base::to_seconds(done.delivery.ended);
  for (double due = began; due < ended; due += 1 / rate_per_s) due_s.push_back(due);
  outcome.expected = theory(due_s, stall, capacity_per_s);
  return outcome;
}

// pgbench's log of one transaction a line: client, number, time (us, from when it was due), script, end (s and us since
// 1970), lag ("pgbench", in PostgreSQL's documentation, "Per-Transaction Logging").
struct Logged {
  double due_s, taken_ms;
};

std::vector<Logged> read_log(const std::string& folder) {
  std::vector<Logged> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    double client, number, taken_us, script_number, end_s, end_us, lag_us;
    while (file >> client >> number >> taken_us >> script_number >> end_s >> end_us >> lag_us) {
      all.push_back({end_s + (end_us - taken_us) / 1e6, taken_us / 1e3});
    }
  }
  return all;
}

double our_capacity_per_s(const postgres::Target& target, int clients, int scale) {
  scenario::Traffic closed;
  closed.loop = scenario::Traffic::Loop::closed;
  closed.clients = clients;
  const Done done = run_ours(target, script, scale, closed, [](const base::Clock&) { let_pass(2s); });
  return static_cast<double>(done.tally.ok) / base::to_seconds(done.delivery.ended - done.delivery.began);
}

std::vector<std::string> pgbench_arguments(int clients) {
  return {"-n", "-b", script, "-M", "prepared", "-j", "1", "-c", std::to_string(clients)};
}

// How many a second it does without a plan, and how long its clients take to connect.
struct Pace {
  double capacity_per_s = 0, connecting_s = 0;
};

Pace pace_of_pgbench(const postgres::Target& target, int clients) {
  std::vector<std::string> arguments = pgbench_arguments(clients);
  arguments.insert(arguments.end(), {"-t", std::to_string(100'000 / clients)});
  const std::string out = run_pgbench(target, arguments).out;
  return {number_after(out, "tps = "), number_after(out, "initial connection time = ") / 1e3};
}

// pgbench counts the time of its run from before it connects: what is due more than `before` ahead of the lock, or
// after the time that follows it, is left out. Its arrivals are always a Poisson process, so theory is asked about
// those that it drew.
Outcome pgbench(const postgres::Target& target, int clients, const Pace& pace) {
  const testing::TemporaryFolder folder;
  std::vector<std::string> arguments = pgbench_arguments(clients);
  const double length_s = base::to_seconds(before + locked + after) + 2 * pace.connecting_s;
  arguments.insert(arguments.end(), {"-l", "--log-prefix=" + folder.path("log"), "-R", fmt::to_string(rate_per_s), "-T",
                                     fmt::format("{:.0f}", std::ceil(length_s))});
  const auto locker = need(postgres::Session::open(target));
  const base::SteadyClock clock;
  Stall stall;
  std::thread locking([&] {
    let_pass(before + base::from_ms(2e3 * pace.connecting_s));
    stall = lock_for_a_while(*locker, clock);
  });
  run_pgbench(target, arguments);
  locking.join();
  const double start_s = std::chrono::duration<double>(clock.wall_at_start().time_since_epoch()).count();
  std::vector<double> due_s, taken_ms;
  for (const Logged& entry : read_log(folder.path())) {
    const double due = entry.due_s - start_s;
    if (due < stall.begin - base::to_seconds(before) || due > stall.end + base::to_seconds(after)) continue;
    due_s.push_back(due);
    taken_ms.push_back(entry.taken_ms);
  }
  std::sort(due_s.begin(), due_s.end());
  return {figures(taken_ms), theory(due_s, stall, pace.capacity_per_s)};
}

void print(const char* who, const Outcome& outcome) {
  fmt::print("  {:<11}", who);
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    const double measured = outcome.measured[i], expected = outcome.expected[i];
    fmt::print("  {} {:4.0f} of {:4.0f} ({:+.1f} %)", quantiles[i].first, measured, expected,
               100 * (measured / expected - 1));
  }
  fmt::print("\n");
}

}  // namespace

void print_stall(provision::Server& server, int rounds, int scale) {
  const PgbenchTables tables(server, scale);
  const postgres::Target target = tables.target();
  fmt::print(
      "\none second of LOCK TABLE in an open loop of eight at {:.0f}/s, against theory (response, ms; bound 5 %)\n",
      rate_per_s);
  for (const int clients : {16, 64, 256}) {
    for (int round = 0; round < rounds; ++round) {
      const Pace pace = pace_of_pgbench(target, clients);
      const double capacity_per_s = our_capacity_per_s(target, clients, scale);
      fmt::print("{} clients; without a plan {:.0f}/s, and pgbench {:.0f}/s\n", clients, capacity_per_s,
                 pace.capacity_per_s);
      print("pgrehearse", ours(target, clients, scale, capacity_per_s));
      print("pgbench", pgbench(target, clients, pace));
    }
  }
}

}  // namespace pgrehearse::bench
