#include "tests/bench/our_traffic.hpp"

#include "harness/base/cancellation.hpp"
#include "harness/load/engine.hpp"
#include "harness/load/script_sources.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/pgbench.hpp"

namespace pgrehearse::bench {
namespace {

constexpr const char* traffic_database = "bench_traffic";

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

}  // namespace

Done run_ours(const postgres::Target& target, const char* builtin, int scale, const scenario::Traffic& traffic,
              const std::function<void(const base::Clock&)>& meanwhile) {
  const std::vector<load::Definition> definitions{{"scale", std::to_string(scale)}};
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
  meanwhile(clock);
  record::Delivery delivery = engine->stop(std::chrono::seconds(10));
  return {counter.tally(), counter.latency(), std::move(delivery)};
}

void let_pass(Duration time) { base::Cancellation().wait_for(time); }

PgbenchTables::PgbenchTables(provision::Server& server, int scale) : server_(server) {
  need(server.relax());
  need(server.drop(traffic_database));
  need(server.create(traffic_database));
  run_pgbench(target(), {"-i", "-q", "-s", std::to_string(scale)});
  need(server.make_honest());
}

PgbenchTables::~PgbenchTables() { need(server_.drop(traffic_database)); }

postgres::Target PgbenchTables::target() const { return server_.target(traffic_database); }

}  // namespace pgrehearse::bench
