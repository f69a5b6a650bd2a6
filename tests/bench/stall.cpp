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
// p90 of this plan would come out by 0.8 s * rate / capacity too low, the p99 by a tenth of that, the maximum not.
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

// How many a second get done in a closed loop: by as many clients, and at best by any of the numbers tried. What drains
// lies in between: all clients are busy at first, but their operations have been sent and planned already, and those
// that the server lets through first then work nearly alone, while the others hand the lock manager's own lock on
// from one to the next. (That order is not first in, first out either: with 256 clients the p99 comes out higher.)
struct Capacity {
  double of_as_many_per_s = 0, best_per_s = 0;
};

// Measured, and what theory says of the same plan and the same stall: from the best capacity to that of as many
// clients.
struct Outcome {
  Figures measured{}, least{}, most{};
};

Outcome ours(const postgres::Target& target, int clients, int scale, const Capacity& capacity) {
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
  outcome.least = theory(due_s, stall, capacity.best_per_s);
  outcome.most = theory(due_s, stall, capacity.of_as_many_per_s);
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
Outcome pgbench(const postgres::Target& target, int clients, double connecting_s, const Capacity& capacity) {
  const testing::TemporaryFolder folder;
  std::vector<std::string> arguments = pgbench_arguments(clients);
  const double length_s = base::to_seconds(before + locked + after) + 2 * connecting_s;
  arguments.insert(arguments.end(), {"-l", "--log-prefix=" + folder.path("log"), "-R", fmt::to_string(rate_per_s), "-T",
                                     fmt::format("{:.0f}", std::ceil(length_s))});
  const auto locker = need(postgres::Session::open(target));
  const base::SteadyClock clock;
  Stall stall;
  std::thread locking([&] {
    let_pass(before + base::from_ms(2e3 * connecting_s));
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
  return {figures(taken_ms), theory(due_s, stall, capacity.best_per_s),
          theory(due_s, stall, capacity.of_as_many_per_s)};
}

double beyond_percent(double measured, double least, double most) {
  return 100 * (measured / std::clamp(measured, least, most) - 1);
}

void print(const char* who, const Outcome& outcome) {
  fmt::print("  {:<11}", who);
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    const double measured = outcome.measured[i], least = outcome.least[i], most = outcome.most[i];
    fmt::print("  {} {:4.0f} of {:.0f}-{:.0f} ({:+.1f} %)", quantiles[i].first, measured, least, most,
               beyond_percent(measured, least, most));
  }
  fmt::print("\n");
}

constexpr std::array<int, 3> numbers_of_clients{16, 64, 256};

// One for each of the numbers of clients.
struct Capacities {
  std::array<double, numbers_of_clients.size()> ours{}, of_pgbench{}, connecting_s{};
};

Capacities measure_capacities(const postgres::Target& target, int scale) {
  Capacities all;
  for (std::size_t i = 0; i < numbers_of_clients.size(); ++i) {
    const Pace pace = pace_of_pgbench(target, numbers_of_clients[i]);
    all.of_pgbench[i] = pace.capacity_per_s;
    all.connecting_s[i] = pace.connecting_s;
    all.ours[i] = our_capacity_per_s(target, numbers_of_clients[i], scale);
  }
  return all;
}

Capacity capacity(const std::array<double, numbers_of_clients.size()>& per_s, std::size_t i) {
  return {per_s[i], *std::max_element(per_s.begin(), per_s.end())};
}

}  // namespace

void print_stall(provision::Server& server, int rounds, int scale) {
  const PgbenchTables tables(server, scale);
  const postgres::Target target = tables.target();
  fmt::print(
      "\none second of LOCK TABLE in an open loop of eight at {:.0f}/s, against theory (response, ms; bound 5 %)\n",
      rate_per_s);
  for (int round = 0; round < rounds; ++round) {
    const Capacities all = measure_capacities(target, scale);
    for (std::size_t i = 0; i < numbers_of_clients.size(); ++i) {
      const int clients = numbers_of_clients[i];
      fmt::print("{} clients; without a plan {:.0f}/s, and pgbench {:.0f}/s\n", clients, all.ours[i],
                 all.of_pgbench[i]);
      print("pgrehearse", ours(target, clients, scale, capacity(all.ours, i)));
      print("pgbench", pgbench(target, clients, all.connecting_s[i], capacity(all.of_pgbench, i)));
    }
  }
}

}  // namespace pgrehearse::bench
