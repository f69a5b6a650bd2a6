// ./dev bench: generation and traffic beside pgbench, on one server, in one run. Ratios are the result; absolute
// figures belong to the machine and the minute.
#include <fmt/format.h>

#include <cstdlib>

#include "harness/base/units.hpp"
#include "harness/load/engine.hpp"
#include "harness/populate/populate.hpp"
#include "harness/provision/local_cluster.hpp"
#include "tests/bench/copying.hpp"
#include "tests/bench/pgbench.hpp"
#include "tests/bench/readiness.hpp"
#include "tests/bench/series.hpp"

namespace pgrehearse::bench {
namespace {

constexpr int clients = 16;
constexpr const char* theirs_database = "bench_pgbench";
constexpr const char* ours_database = "bench_ours";

// What the tests with containers use.
std::string testing_image() {
  const char* image = std::getenv("PGREHEARSE_TEST_IMAGE");
  return image == nullptr ? "pgrehearse-test/postgres:15" : image;
}

struct Options {
  int rounds = 5;
  int scale = 50;  // pgbench's: 100,000 accounts each
  int traffic_s = 5;
  std::string image = testing_image();
};

[[noreturn]] void fail(const base::Errors& errors) {
  for (const base::Error& error : errors) fmt::print(stderr, "bench: {}\n", to_string(error));
  std::exit(4);
}

template <class T>
T need(base::Result<T> result) {
  if (!result) fail(result.errors());
  return std::move(result).value();
}

// Counts what the traffic did; keeps nothing.
class Counter final : public record::Recorder {
 public:
  void append(const record::Event&) override {}
  void append(const record::Window& window) override { tally_.add(window.tally); }
  const record::Tally& tally() const { return tally_; }

 private:
  record::Tally tally_;  // written by the engine's thread, read after stop()
};

class Bench {
 public:
  Bench(const Options& options, provision::Server& server) : options_(options), server_(server) {}

  void run() {
    Series load{"load, index and vacuum", "krows/s", {}, {}};
    Series tps{"select-only, 16 clients, prepared", "1000/s", {}, {}};
    Series cpu{"client CPU for a transaction", "us", {}, {}};
    for (int round = 0; round < options_.rounds; ++round) {
      fmt::print(stderr, "round {} of {}\n", round + 1, options_.rounds);
      need(server_.relax());
      load.theirs.push_back(load_theirs());
      load.ours.push_back(load_ours());
      need(server_.make_honest());
      traffic_theirs(tps.theirs, cpu.theirs);
      traffic_ours(tps.ours, cpu.ours);
    }
    fmt::print("{} accounts, {} rounds, medians; server PostgreSQL {}\n",
               base::format_count(static_cast<std::uint64_t>(rows())), options_.rounds, need(server_.facts()).version);
    print_header("pgrehearse", "pgbench");
    print(load);
    print(tps);
    print(cpu);
  }

 private:
  double rows() const { return options_.scale * 100'000.0; }

  double load_theirs() {
    need(server_.drop(theirs_database));
    need(server_.create(theirs_database));
    const Spent spent =
        run_pgbench(server_.target(theirs_database), {"-i", "-q", "-s", std::to_string(options_.scale)});
    return rows() / spent.wall_s / 1000;
  }

  // The same tables and keys, empty, then filled.
  double load_ours() {
    need(server_.drop(ours_database));
    need(server_.create(ours_database));
    run_pgbench(server_.target(ours_database), {"-i", "-q", "-I", "tp"});
    scenario::Data data;
    data.default_rows = 1;
    const auto table = [&](const std::string& name, double count) {
      scenario::Table entry;
      entry.name = name;
      entry.rows = scenario::RowCount{count, ""};
      data.tables.push_back(entry);
    };
    table("pgbench_accounts", rows());
    table("pgbench_tellers", options_.scale * 10.0);
    table("pgbench_branches", options_.scale);
    const auto progress = base::quiet_progress();
    const base::SteadyClock clock;
    populated_ = std::make_unique<populate::Populated>(
        need(populate::populate(server_.target(ours_database), data, clock, *progress, cancellation_)));
    return rows() / base::to_seconds(clock.now()) / 1000;
  }

  void traffic_theirs(std::vector<double>& tps, std::vector<double>& cpu_us) {
    const Spent spent =
        run_pgbench(server_.target(theirs_database), {"-n", "-S", "-M", "prepared", "-c", std::to_string(clients), "-j",
                                                      "1", "-T", std::to_string(options_.traffic_s)});
    const std::string label = "number of transactions actually processed: ";
    const double transactions = std::atof(spent.out.c_str() + spent.out.find(label) + label.size());
    tps.push_back(transactions / options_.traffic_s / 1000);
    cpu_us.push_back(spent.cpu_s / transactions * 1e6);
  }

  void traffic_ours(std::vector<double>& tps, std::vector<double>& cpu_us) {
    scenario::Script script;
    script.name = "select-only";
    script.text = fmt::format("\\set aid random(1, {})\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n",
                              static_cast<std::uint64_t>(rows()));
    scenario::Traffic traffic;
    traffic.loop = scenario::Traffic::Loop::closed;
    traffic.clients = clients;
    const base::SteadyClock clock;
    Counter counter;
    const auto engine = need(load::TrafficEngine::start(clock, counter,
                                                        {.target = server_.target(ours_database),
                                                         .pass = "bench",
                                                         .scripts = need(load::parse_scripts({script}, nullptr)),
                                                         .traffic = traffic,
                                                         .seed = base::Seed{1}}));
    engine->begin_phase();
    cancellation_.wait_for(std::chrono::seconds(options_.traffic_s));
    const record::Delivery delivery = engine->stop(std::chrono::seconds(1));
    const double transactions = static_cast<double>(counter.tally().ok);
    tps.push_back(transactions / base::to_seconds(delivery.ended - delivery.began) / 1000);
    cpu_us.push_back(delivery.cpu_s / transactions * 1e6);
  }

  const Options& options_;
  provision::Server& server_;
  base::Cancellation cancellation_;
  std::unique_ptr<populate::Populated> populated_;
};

int usage() {
  fmt::print(stderr, "usage: bench [--rounds N] [--scale N] [--seconds N] [--image NAME]\n");
  return 2;
}

int run(int count, char** words) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string name = words[i];
    if (name == "--image" && i + 1 < count) {
      options.image = words[i + 1];
      continue;
    }
    const int value = i + 1 < count ? std::atoi(words[i + 1]) : 0;
    if (value < 1) return usage();
    if (name == "--rounds") {
      options.rounds = value;
    } else if (name == "--scale") {
      options.scale = value;
    } else if (name == "--seconds") {
      options.traffic_s = value;
    } else {
      return usage();
    }
  }
  const auto server = need(provision::LocalCluster::start(
      {.server = {}, .label = "bench", .mode = provision::Mode::relaxed, .temp_folder = "", .progress = nullptr}));
  Bench(options, *server).run();
  print_copying(*server, options.rounds, static_cast<std::uint64_t>(options.scale) * 100'000);
  print_readiness(options.rounds, options.image);
  return 0;
}

}  // namespace
}  // namespace pgrehearse::bench

int main(int count, char** words) { return pgrehearse::bench::run(count, words); }
