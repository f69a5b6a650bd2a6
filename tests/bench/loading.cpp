#include "tests/bench/loading.hpp"

#include <fmt/format.h>

#include "harness/base/units.hpp"
#include "harness/populate/populate.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/pgbench.hpp"
#include "tests/bench/series.hpp"

namespace pgrehearse::bench {
namespace {

constexpr const char* loading_database = "bench_loading";

double load_theirs(provision::Server& server, int scale) {
  need(server.drop(loading_database));
  need(server.create(loading_database));
  return run_pgbench(server.target(loading_database), {"-i", "-q", "-s", std::to_string(scale)}).wall_s;
}

// The same tables and keys, empty, then filled.
double load_ours(provision::Server& server, int scale) {
  need(server.drop(loading_database));
  need(server.create(loading_database));
  run_pgbench(server.target(loading_database), {"-i", "-q", "-I", "tp"});
  scenario::Data data;
  data.default_rows = 1;
  for (const auto& [name, per_scale] : {std::pair{"pgbench_accounts", 100'000.0}, std::pair{"pgbench_tellers", 10.0},
                                        std::pair{"pgbench_branches", 1.0}}) {
    scenario::Table table;
    table.name = name;
    table.rows = scenario::RowCount{scale * per_scale, ""};
    data.tables.push_back(table);
  }
  const auto progress = base::quiet_progress();
  const base::SteadyClock clock;
  need(populate::populate(server.target(loading_database), data, clock, *progress, base::Cancellation()));
  return base::to_seconds(clock.now());
}

}  // namespace

void print_loading(provision::Server& server, int rounds, int scale) {
  need(server.relax());
  const double rows = scale * 100'000.0;
  Series load{"load, index and vacuum", "krows/s", {}, {}};
  for (int round = 0; round < rounds; ++round) {
    load.theirs.push_back(rows / load_theirs(server, scale) / 1000);
    load.ours.push_back(rows / load_ours(server, scale) / 1000);
  }
  fmt::print("\n{} accounts\n", base::format_count(static_cast<std::uint64_t>(rows)));
  print_header("pgrehearse", "pgbench");
  print(load);
  need(server.drop(loading_database));
}

}  // namespace pgrehearse::bench
