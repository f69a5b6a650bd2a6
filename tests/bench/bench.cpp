// ./dev bench: generation and traffic beside pgbench, on one server, in one run. Ratios are the result; absolute
// figures belong to the machine and the minute.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "harness/provision/local_cluster.hpp"
#include "tests/bench/copying.hpp"
#include "tests/bench/loading.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/readiness.hpp"
#include "tests/bench/stall.hpp"
#include "tests/bench/statistics.hpp"
#include "tests/bench/traffic.hpp"

namespace pgrehearse::bench {
namespace {

constexpr std::array parts{"loading",   "traffic", "send-lag",  "stall",
                           "recording", "copying", "readiness", "statistics"};

// What the tests with containers use.
std::string testing_image() {
  const char* image = std::getenv("PGREHEARSE_TEST_IMAGE");
  return image == nullptr ? "pgrehearse-test/postgres:15" : image;
}

struct Options {
  TrafficOptions traffic;
  std::vector<std::string> only;  // parts; empty: all
  std::string image = testing_image();

  bool wants(const char* part) const { return only.empty() || std::find(only.begin(), only.end(), part) != only.end(); }
};

int usage() {
  fmt::print(stderr,
             "usage: bench [--rounds N] [--scale N] [--seconds N] [--image NAME] [--only PART]...\n"
             "parts: {}\n",
             fmt::join(parts, ", "));
  return 2;
}

bool understand(Options& options, const std::string& name, const std::string& value) {
  const int number = std::atoi(value.c_str());
  if (name == "--image") {
    options.image = value;
  } else if (name == "--only" && std::find(parts.begin(), parts.end(), value) != parts.end()) {
    options.only.push_back(value);
  } else if (name == "--rounds" && number > 0) {
    options.traffic.rounds = number;
  } else if (name == "--scale" && number > 0) {
    options.traffic.scale = number;
  } else if (name == "--seconds" && number > 0) {
    options.traffic.seconds = number;
  } else {
    return false;
  }
  return true;
}

int run(int count, char** words) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    if (i + 1 == count || !understand(options, words[i], words[i + 1])) return usage();
  }
  const auto& [rounds, scale, seconds] = options.traffic;
  scenario::Server wanted;
  wanted.settings["max_connections"] = "300";
  const auto server = need(provision::LocalCluster::start(
      {.server = wanted, .label = "bench", .mode = provision::Mode::relaxed, .temp_folder = "", .progress = nullptr}));
  fmt::print("{} rounds, medians; server PostgreSQL {}\n", rounds, need(server->facts()).version);
  if (options.wants("loading")) print_loading(*server, rounds, scale);
  if (options.wants("traffic")) print_traffic(*server, options.traffic);
  if (options.wants("send-lag")) print_send_lag(*server, options.traffic);
  if (options.wants("stall")) print_stall(*server, rounds, scale);
  if (options.wants("recording")) print_recording(rounds);
  if (options.wants("copying")) print_copying(*server, rounds, static_cast<std::uint64_t>(scale) * 100'000);
  if (options.wants("readiness")) print_readiness(rounds, options.image);
  if (options.wants("statistics")) print_statistics(*server, rounds);
  return 0;
}

}  // namespace
}  // namespace pgrehearse::bench

int main(int count, char** words) { return pgrehearse::bench::run(count, words); }
