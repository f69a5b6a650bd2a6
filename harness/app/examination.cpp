#include "harness/app/examination.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "harness/base/cancellation.hpp"
#include "harness/base/files.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/migrate/history.hpp"
#include "harness/observe/machine_facts.hpp"
#include "harness/provision/cache.hpp"
#include "harness/provision/facts.hpp"
#include "harness/provision/leftovers.hpp"
#include "harness/provision/private_folder.hpp"
#include "harness/provision/settings.hpp"

namespace pgrehearse::app {
namespace {

Disk look_at_disk(const std::string& folder) {
  Disk disk;
  disk.folder = folder;
  disk.file_system = provision::file_system_of(folder);
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) == 0) {
    disk.free_bytes = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
  }
  disk.writable = ::access(folder.c_str(), W_OK | X_OK) == 0;
  return disk;
}

double usable_cpus(int cores) {
  const auto limit = cpu_limit_of(base::read_file("/sys/fs/cgroup/cpu.max").value_or(""));
  return limit ? std::min(*limit, static_cast<double>(cores)) : cores;
}

// The load engine and the samplers wait in the same way.
ClockFacts look_at_clock() {
  ClockFacts facts;
  facts.source = base::read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource").value_or("");
  facts.source.erase(facts.source.find_last_not_of(" \n") + 1);
  timespec resolution{};
  ::clock_getres(CLOCK_MONOTONIC, &resolution);
  facts.resolution = std::chrono::seconds(resolution.tv_sec) + std::chrono::nanoseconds(resolution.tv_nsec);

  constexpr base::Duration wait = std::chrono::milliseconds(1);
  const base::SteadyClock clock;
  const base::Cancellation never;
  std::array<base::Duration, 200> late{};
  for (base::Duration& one : late) {
    const base::Duration start = clock.now();
    never.wait_for(wait);
    one = clock.now() - start - wait;
  }
  std::sort(late.begin(), late.end());
  facts.late_median = late[late.size() / 2];
  facts.late_p99 = late[late.size() * 99 / 100];
  return facts;
}

std::string whose(const provision::Owner& owner) {
  return fmt::format("process {}{}{}", owner.pid, owner.label.empty() ? "" : ", run ", owner.label);
}

void add_errors(Diagnosis& diagnosis, const base::Errors& errors) {
  for (const base::Error& error : errors) diagnosis.failures.push_back(error.message);
}

void clean_up(Diagnosis& diagnosis, const provision::Sweep& sweep) {
  for (const auto& leftover : sweep.removed) diagnosis.removed.push_back(leftover.name);
  add_errors(diagnosis, sweep.failures);
}

std::vector<Remainder> remainders(const std::vector<provision::Leftover>& found) {
  std::vector<Remainder> list;
  for (const auto& one : found) list.push_back({one.name, whose(one.owner)});
  return list;
}

void append(std::vector<Remainder>& list, std::vector<Remainder> more) {
  list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Of killed runs, or of those that kept their server.
std::vector<Remainder> look_for(Diagnosis& diagnosis, provision::Left left, bool clean) {
  const std::string folder = provision::default_temp_folder();
  std::vector<Remainder> found;
  for (const auto& engine : diagnosis.engines) {
    if (!engine.usable()) continue;
    const provision::ContainerEngine containers(engine);
    if (clean) clean_up(diagnosis, provision::sweep_containers(containers, left));
    const auto still = provision::find_left_containers(containers, left);
    if (!still) add_errors(diagnosis, still.errors());
    if (still) append(found, remainders(*still));
  }
  if (clean) clean_up(diagnosis, provision::sweep_leftovers(folder, left));
  append(found, remainders(provision::find_leftovers(folder, left)));
  return found;
}

void look_into_cache(Diagnosis& diagnosis, const std::string& folder, bool clean) {
  if (folder.empty()) return;
  const provision::Cache cache(folder, 0);
  if (clean) {
    for (const auto& entry : cache.entries()) diagnosis.removed.push_back(entry.folder);
    if (const auto cleared = cache.clear(); !cleared) add_errors(diagnosis, cleared.errors());
  }
  diagnosis.cache = CacheFacts{folder, 0, 0};
  for (const auto& entry : cache.entries()) {
    ++diagnosis.cache->entries;
    diagnosis.cache->bytes += entry.bytes;
  }
}

base::Result<DiskNeed> need_of(const scenario::Scenario& scenario) {
  std::uint64_t tables = 0;
  for (const std::string& file : scenario.data.schema_files) tables += count_tables(base::read_file(file).value_or(""));
  tables += count_tables(scenario.data.shape_schema);
  const auto rehearsal = migrate::plan_rehearsal(scenario.migration);
  if (!rehearsal) return rehearsal.errors();
  for (const migrate::Migration& migration : rehearsal->before) tables += count_tables(migration.up.text);
  return disk_need(scenario, tables);
}

}  // namespace

base::Result<Diagnosis> examine(const std::optional<scenario::Scenario>& scenario, const std::string& cache,
                                bool clean) {
  Diagnosis diagnosis;
  diagnosis.disk = look_at_disk(provision::default_temp_folder());
  if (scenario) {
    const auto need = need_of(*scenario);
    if (!need) return need.errors();
    diagnosis.disk.need = *need;
  }
  diagnosis.binaries = provision::list_binaries();
  diagnosis.engines = provision::ContainerEngine::list();
  if (const auto user = provision::choose_server_user(); !user) diagnosis.user_trouble = user.errors().front().message;
  diagnosis.machine = observe::read_machine();
  diagnosis.usable_memory_bytes = provision::usable_memory_bytes();
  diagnosis.usable_cpus = usable_cpus(diagnosis.machine.cores);
  diagnosis.clock = look_at_clock();
  diagnosis.has_apt = base::find_program("apt-get").has_value();
  diagnosis.leftovers = look_for(diagnosis, provision::Left::by_kill, clean);
  diagnosis.kept = look_for(diagnosis, provision::Left::kept, clean);
  look_into_cache(diagnosis, cache, clean);
  return diagnosis;
}

}  // namespace pgrehearse::app
