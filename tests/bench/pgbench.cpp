#include "tests/bench/pgbench.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>

#include "harness/base/subprocess.hpp"
#include "harness/provision/binaries.hpp"

namespace pgrehearse::bench {
namespace {

double children_cpu_s() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "bench: {}\n", why);
  std::exit(4);
}

}  // namespace

Spent run_pgbench(const postgres::Target& target, std::vector<std::string> arguments) {
  const auto binaries = provision::find_binaries("");
  if (!binaries) fail(to_string(binaries.errors().front()));
  arguments.insert(arguments.begin(), binaries->program("pgbench"));
  arguments.push_back(target.database);
  const base::Command command{.arguments = arguments,
                              .environment = {{"PGHOST", target.host},
                                              {"PGPORT", std::to_string(target.port)},
                                              {"PGUSER", target.user},
                                              {"PGPASSWORD", target.password}}};
  const base::SteadyClock clock;
  const double cpu_before_s = children_cpu_s();
  const auto output = base::run(command, std::chrono::minutes(10));
  if (!output) fail(to_string(output.errors().front()));
  if (output->exit_status != 0) fail(output->err);
  return {base::to_seconds(clock.now()), children_cpu_s() - cpu_before_s, output->out};
}

double number_after(const std::string& out, const std::string& label) {
  const auto at = out.find(label);
  return at == std::string::npos ? 0 : std::atof(out.c_str() + at + label.size());
}

}  // namespace pgrehearse::bench
