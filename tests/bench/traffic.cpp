#include "tests/bench/traffic.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <functional>

#include "harness/base/cancellation.hpp"
#include "harness/load/engine.hpp"
#include "harness/load/ledger.hpp"
#include "harness/load/script_sources.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/pgbench.hpp"
#include "tests/bench/series.hpp"

namespace pgrehearse::bench {
namespace {

using base::Duration;

constexpr int clients = 16;
constexpr double open_rate_per_s = 5000;
constexpr const char* database = "bench_traffic";

// Counts what the traffic did; keeps nothing.
class Counter final : public record::Recorder {
 public:
  void append(const record::Event&) override {}
  void append(const record::Window& window) override {
    tally_.add(window.tally);
    latency_.merge(window.within);
  }
  const record::Tally& tally() const { return tally_; }
  const record::Latency& latency() const { return latency_; }

 private:
  record::Tally tally_;  // written by the engine's thread, read after stop()
  record::Latency latency_;
};

struct Done {
  record::Tally tally;
  record::Latency latency;
  record::Delivery delivery;
};

// `meanwhile` runs while the traffic does, and says when that may end by returning.
Done run_ours(const postgres::Target& target, const char* builtin, const TrafficOptions& options,
              const scenario::Traffic& traffic, const std::function<void()>& meanwhile) {
  const std::vector<load::Definition> definitions{{"scale", std::to_string(options.scale)}};
  const std::vector<scenario::Script> sources{need(load::builtin_script(builtin))};
  load::TrafficSetup setup;
  setup.target = target;
  setup.pass = "bench";
  setup.scripts = need(load::parse_scripts(sources, {.definitions = definitions}));
  setup.traffic = traffic;
  setup.seed = base::Seed{1};
  setup.rules.definitions = definitions;
  const base::SteadyClock clock;
  Counter counter;
  const auto engine = need(load::TrafficEngine::start(clock, counter, std::move(setup)));
  engine->begin_phase();
  meanwhile();
  record::Delivery delivery = engine->stop(std::chrono::seconds(10));
  return {counter.tally(), counter.latency(), std::move(delivery)};
}

void let_pass(Duration time) { base::Cancellation().wait_for(time); }

std::vector<std::string> pgbench_arguments(const char* builtin) {
  return {"-n", "-b", builtin, "-M", "prepared", "-c", std::to_string(clients), "-j", "1"};
}

// Of a pgbench that does next to nothing: starting, and connecting its clients. Ours is not counted either.
double start_cpu_s(const postgres::Target& target, const char* builtin) {
  std::vector<std::string> arguments = pgbench_arguments(builtin);
  arguments.insert(arguments.end(), {"-t", "1"});
  return run_pgbench(target, arguments).cpu_s;
}

double number_after(const std::string& text, const std::string& label) {
  const auto at = text.find(label);
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + label.size());
}

void compare(const postgres::Target& target, const char* builtin, const TrafficOptions& options) {
  Series tps{fmt::format("{}", builtin), "tps", {}, {}}, cpu{"  client CPU a transaction", "us", {}, {}};
  scenario::Traffic closed;
  closed.loop = scenario::Traffic::Loop::closed;
  closed.clients = clients;
  const auto pause = [&] { let_pass(std::chrono::seconds(options.seconds)); };
  const double start_s = start_cpu_s(target, builtin);
  for (int round = 0; round < options.rounds; ++round) {
    std::vector<std::string> arguments = pgbench_arguments(builtin);
    arguments.insert(arguments.end(), {"-T", std::to_string(options.seconds)});
    const Spent spent = run_pgbench(target, arguments);
    const double theirs = number_after(spent.out, "number of transactions actually processed: ");
    tps.theirs.push_back(number_after(spent.out, "tps = "));  // without the connecting
    cpu.theirs.push_back((spent.cpu_s - start_s) / theirs * 1e6);

    const Done done = run_ours(target, builtin, options, closed, pause);
    const double ours = static_cast<double>(done.tally.ok);
    tps.ours.push_back(ours / base::to_seconds(done.delivery.ended - done.delivery.began));
    cpu.ours.push_back(done.delivery.cpu_s / ours * 1e6);
  }
  print(tps);
  print(cpu);
}

postgres::Target prepare(provision::Server& server, const TrafficOptions& options) {
  need(server.relax());
  need(server.drop(database));
  need(server.create(database));
  run_pgbench(server.target(database), {"-i", "-q", "-s", std::to_string(options.scale)});
  need(server.make_honest());
  return server.target(database);
}

}  // namespace

void print_traffic(provision::Server& server, const TrafficOptions& options) {
  const postgres::Target target = prepare(server, options);
  fmt::print("\n{} clients, prepared statements, {} s each\n", clients, options.seconds);
  print_header("pgrehearse", "pgbench");
  for (const char* builtin : {"select-only", "tpcb-like"}) compare(target, builtin, options);
  need(server.drop(database));
}

void print_send_lag(provision::Server& server, const TrafficOptions& options) {
  const postgres::Target target = prepare(server, options);
  scenario::Traffic open;
  open.rate_per_s = open_rate_per_s;
  open.clients = clients;
  const auto pause = [&] { let_pass(std::chrono::seconds(options.seconds)); };
  std::vector<double> median_ms, p99_ms, response_p99_ms;
  for (int round = 0; round < options.rounds; ++round) {
    const Done done = run_ours(target, "select-only", options, open, pause);
    median_ms.push_back(base::to_ms(done.delivery.send_lag.at(0.5)));
    p99_ms.push_back(base::to_ms(done.delivery.send_lag.at(0.99)));
    response_p99_ms.push_back(base::to_ms(done.latency.response.at(0.99)));
  }
  fmt::print(
      "\nopen loop, {:.0f}/s (Poisson), select-only: send lag {:.3f} ms median, {:.3f} ms p99 (bound 0.2); "
      "response {:.3f} ms p99\n",
      open_rate_per_s, median(median_ms), median(p99_ms), median(response_p99_ms));
  need(server.drop(database));
}

void print_stall(provision::Server& server, const TrafficOptions& options) {
  constexpr Duration before = std::chrono::seconds(3), stop = std::chrono::seconds(1), after = std::chrono::seconds(4);
  const postgres::Target target = prepare(server, options);
  const auto locker = need(postgres::Session::open(target));
  fmt::print("\none second of LOCK TABLE in an open loop of eight, against theory (response, ms)\n");
  for (const int connections : {16, 64, 256}) {
    scenario::Traffic open;
    open.rate_per_s = 1000;
    open.arrivals = scenario::Arrivals::constant;
    open.clients = connections;
    double stop_ms = 0;
    const Done done = run_ours(target, "select-only", options, open, [&] {
      let_pass(before);
      locker->query("BEGIN; LOCK TABLE pgbench_accounts");
      const base::SteadyClock clock;
      let_pass(stop);
      locker->query("COMMIT");
      stop_ms = base::to_ms(clock.now());
      let_pass(after);
    });
    fmt::print("{:>4} clients", connections);
    const double length_ms = base::to_ms(done.delivery.ended - done.delivery.began);
    for (const auto& [name, fraction] : {std::pair{"p90", 0.9}, std::pair{"p99", 0.99}, std::pair{"max", 1.0}}) {
      const double theory_ms = stop_ms - (1 - fraction) * length_ms;
      const double measured_ms = base::to_ms(done.latency.response.at(fraction));
      fmt::print("  {} {:.0f} of {:.0f} ({:+.1f} %)", name, measured_ms, theory_ms,
                 100 * (measured_ms / theory_ms - 1));
    }
    fmt::print("\n");
  }
  need(server.drop(database));
}

void print_recording(int rounds) {
  constexpr std::uint64_t operations = 4'000'000;
  constexpr Duration distance = std::chrono::microseconds(20);
  std::vector<double> ns;
  for (int round = 0; round < rounds; ++round) {
    Counter counter;
    load::Ledger ledger(counter, "bench", {"a", "b"}, Duration::zero());
    const base::SteadyClock clock;
    for (std::uint64_t n = 0; n < operations; ++n) {
      const Duration due = distance * static_cast<Duration::rep>(n);
      auto entry = ledger.enter(n % 2, due);
      ledger.send(entry, due + std::chrono::microseconds(3));
      ledger.finish(entry, due + std::chrono::microseconds(300 + n % 1000), "");
    }
    ns.push_back(static_cast<double>(clock.now().count()) / static_cast<double>(operations));
    ledger.end(distance * static_cast<Duration::rep>(operations));
    ledger.close();
  }
  fmt::print("\nrecording one operation: {:.1f} ns (bound 50)\n", median(ns));
}

}  // namespace pgrehearse::bench
