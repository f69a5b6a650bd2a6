#include "tests/bench/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/provision/open_server.hpp"

namespace pgrehearse::bench {
namespace {

void print_one(const std::string& what, const provision::ServerOptions& options, int rounds, double bound_s) {
  std::vector<double> seconds;
  for (int round = 0; round < rounds; ++round) {
    const base::SteadyClock clock;
    const auto server = provision::open_server(options);
    if (!server) {
      fmt::print("  {:<34} not measured: {}\n", what, server.errors().front().message);
      return;
    }
    seconds.push_back(base::to_seconds(clock.now()));
  }
  std::sort(seconds.begin(), seconds.end());
  fmt::print("  {:<34} {:.2f} s (bound: {:.0f} s)\n", what, seconds[seconds.size() / 2], bound_s);
}

}  // namespace

void print_readiness(int rounds, const std::string& image) {
  provision::ServerOptions options;
  options.label = "bench";
  options.server.use = "local";
  fmt::print("\nfrom asking for a server to a session on it, {} rounds, medians\n", rounds);
  print_one("private cluster", options, rounds, 3);
  options.server.use = "container";
  options.server.image = image;
  print_one("container of " + image, options, rounds, 6);
}

}  // namespace pgrehearse::bench
