#include "tests/bench/traffic.hpp"

#include <fmt/format.h>

#include "harness/load/ledger.hpp"
#include "tests/bench/our_traffic.hpp"
#include "tests/bench/pgbench.hpp"
#include "tests/bench/series.hpp"

namespace pgrehearse::bench {
namespace {

constexpr int clients = 16;
constexpr double open_rate_per_s = 5000;

// Keeps nothing.
class Nowhere final : public record::Recorder {
 public:
  void append(const record::Event&) override {}
  void append(const record::Window&) override {}
};

std::vector<std::string> pgbench_arguments(const char* builtin) {
  return {"-n", "-b", builtin, "-M", "prepared", "-c", std::to_string(clients), "-j", "1"};
}

// Of a pgbench that does next to nothing: starting, and connecting its clients. Ours is not counted either.
double start_cpu_s(const postgres::Target& target, const char* builtin) {
  std::vector<std::string> arguments = pgbench_arguments(builtin);
  arguments.insert(arguments.end(), {"-t", "1"});
  return run_pgbench(target, arguments).cpu_s;
}

void compare(const postgres::Target& target, const char* builtin, const TrafficOptions& options) {
  Series tps{fmt::format("{}", builtin), "tps", {}, {}}, cpu{"  client CPU a transaction", "us", {}, {}};
  scenario::Traffic closed;
  closed.loop = scenario::Traffic::Loop::closed;
  closed.clients = clients;
  const auto pause = [&](const base::Clock&) { let_pass(std::chrono::seconds(options.seconds)); };
  const double start_s = start_cpu_s(target, builtin);
  for (int round = 0; round < options.rounds; ++round) {
    std::vector<std::string> arguments = pgbench_arguments(builtin);
    arguments.insert(arguments.end(), {"-T", std::to_string(options.seconds)});
    const Spent spent = run_pgbench(target, arguments);
    const double theirs = number_after(spent.out, "number of transactions actually processed: ");
    tps.theirs.push_back(number_after(spent.out, "tps = "));  // without the connecting
    cpu.theirs.push_back((spent.cpu_s - start_s) / theirs * 1e6);

    const Done done = run_ours(target, builtin, options.scale, closed, pause);
    const double ours = static_cast<double>(done.tally.ok);
    tps.ours.push_back(ours / base::to_seconds(done.delivery.ended - done.delivery.began));
    cpu.ours.push_back(done.delivery.cpu_s / ours * 1e6);
  }
  print(tps);
  print(cpu);
}

}  // namespace

void print_traffic(provision::Server& server, const TrafficOptions& options) {
  const PgbenchTables tables(server, options.scale);
  fmt::print("\n{} clients, prepared statements, {} s each\n", clients, options.seconds);
  print_header("pgrehearse", "pgbench");
  for (const char* builtin : {"select-only", "tpcb-like"}) compare(tables.target(), builtin, options);
}

void print_send_lag(provision::Server& server, const TrafficOptions& options) {
  const PgbenchTables tables(server, options.scale);
  scenario::Traffic open;
  open.rate_per_s = open_rate_per_s;
  open.clients = clients;
  const auto pause = [&](const base::Clock&) { let_pass(std::chrono::seconds(options.seconds)); };
  std::vector<double> median_ms, p99_ms, response_p99_ms;
  for (int round = 0; round < options.rounds; ++round) {
    const Done done = run_ours(tables.target(), "select-only", options.scale, open, pause);
    median_ms.push_back(base::to_ms(done.delivery.send_lag.at(0.5)));
    p99_ms.push_back(base::to_ms(done.delivery.send_lag.at(0.99)));
    response_p99_ms.push_back(base::to_ms(done.latency.response.at(0.99)));
  }
  fmt::print(
      "\nopen loop, {:.0f}/s (Poisson), select-only: send lag {:.3f} ms median, {:.3f} ms p99 (bound 0.2); "
      "response {:.3f} ms p99\n",
      open_rate_per_s, median(median_ms), median(p99_ms), median(response_p99_ms));
}

void print_recording(int rounds) {
  constexpr std::uint64_t operations = 4'000'000;
  constexpr Duration distance = std::chrono::microseconds(20);
  std::vector<double> ns;
  for (int round = 0; round < rounds; ++round) {
    Nowhere nowhere;
    load::Ledger ledger(nowhere, "bench", {"a", "b"}, Duration::zero());
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
