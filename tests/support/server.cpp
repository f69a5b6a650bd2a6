#include "tests/support/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

#include "harness/provision/leftovers.hpp"
#include "harness/provision/local_cluster.hpp"

namespace pgrehearse::testing {
namespace {

// A test process cannot go on without its server.
template <class T>
T must(base::Result<T> result) {
  if (!result) {
    for (const base::Error& error : result.errors()) fmt::print(stderr, "{}\n", to_string(error));
    std::exit(1);
  }
  return std::move(result).value();
}

// Relaxed for speed. A function's static object is destroyed when the process ends, and the folder with it.
provision::LocalCluster& cluster() {
  static const std::unique_ptr<provision::LocalCluster> started = [] {
    provision::sweep_leftovers();
    provision::ServerOptions options;
    options.server.settings["shared_buffers"] = "128MB";
    options.server.settings["max_prepared_transactions"] = "10";
    options.label = "tests";
    return must(provision::LocalCluster::start(options));
  }();
  return *started;
}

}  // namespace

const postgres::Target& server() {
  static const postgres::Target target = cluster().target("postgres");
  return target;
}

ScratchDatabase::ScratchDatabase() : target_(server()) {
  static std::atomic<int> made = 0;
  target_.database = fmt::format("scratch_{}", ++made);
  must(cluster().create(target_.database));
}

ScratchDatabase::~ScratchDatabase() {
  const auto dropped = cluster().drop(target_.database);
  if (!dropped) ADD_FAILURE() << to_string(dropped.errors().front());
}

std::unique_ptr<postgres::Session> ScratchDatabase::session() const { return must(postgres::Session::open(target_)); }

}  // namespace pgrehearse::testing
