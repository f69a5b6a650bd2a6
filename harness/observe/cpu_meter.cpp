#include "harness/observe/cpu_meter.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "harness/base/check.hpp"
#include "harness/base/files.hpp"
#include "harness/observe/proc_stat.hpp"

namespace pgrehearse::observe {
namespace {

std::string content_of(const std::string& path) { return base::read_file(path).value_or(""); }

std::optional<ProcessTimes> read_process(const std::string& pid) {
  return parse_process(content_of("/proc/" + pid + "/stat"));
}

// Processes that vanish meanwhile are left out.
std::vector<ProcessTimes> read_processes() {
  std::vector<ProcessTimes> processes;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    if (const auto process = read_process(entry->d_name)) processes.push_back(*process);
  }
  return processes;
}

std::optional<Ticks> read_tree(pid_t root) {
  constexpr int tries = 5;
  for (int i = 0; i < tries; ++i) {
    const auto before = read_process(std::to_string(root));
    const Ticks busy = tree_busy(read_processes(), root);
    const auto after = read_process(std::to_string(root));
    if (!before || !after) return {};
    if (before->reaped == after->reaped || i + 1 == tries) return busy;
  }
  return {};
}

double own_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double to_seconds(Ticks ticks) { return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK)); }

}  // namespace

struct CpuMeter::Reading {
  base::Duration at{};
  std::optional<Ticks> machine, server;
  double own_s = 0;
};

CpuMeter::CpuMeter(pid_t postmaster, const base::Clock& clock, record::Recorder& recorder)
    : postmaster_(postmaster), clock_(clock), recorder_(recorder) {}

CpuMeter::~CpuMeter() = default;

CpuMeter::Reading CpuMeter::read() const {
  return {clock_.now(), parse_machine_busy(content_of("/proc/stat")),
          postmaster_ > 0 ? read_tree(postmaster_) : std::optional<Ticks>(0), own_seconds()};
}

void CpuMeter::start() { last_ = std::make_unique<Reading>(read()); }

void CpuMeter::cut(const std::string& pass, const std::string& phase) {
  PGR_CHECK(last_ != nullptr);
  const Reading from = std::exchange(*last_, read());
  const Reading& to = *last_;
  const auto length = to.at - from.at;
  if (!from.machine || !to.machine || !from.server || !to.server) {
    recorder_.append(record::Gap{"cpu", from.at, length, "the times in /proc could not be read"});
    return;
  }
  record::CpuUse use{pass, phase, from.at, length};
  use.machine_busy_s = std::max(0.0, to_seconds(*to.machine) - to_seconds(*from.machine));
  use.server_s = std::max(0.0, to_seconds(*to.server) - to_seconds(*from.server));
  use.own_s = std::max(0.0, to.own_s - from.own_s);
  use.foreign_s = std::max(0.0, use.machine_busy_s - use.server_s - use.own_s);
  use.cores = static_cast<int>(std::thread::hardware_concurrency());
  recorder_.append(use);
}

}  // namespace pgrehearse::observe
