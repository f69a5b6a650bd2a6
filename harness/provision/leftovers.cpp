#include "harness/provision/leftovers.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "harness/base/wait_until.hpp"
#include "harness/provision/containers.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;

constexpr auto stop_deadline = std::chrono::seconds(10);

// The postmaster of the data folder, if it runs: its lock file names it, and its command line must name the folder,
// because the process id may by now be another program's.
pid_t running_postmaster(const std::string& data_folder) {
  std::ifstream lock_file(data_folder + "/postmaster.pid");
  pid_t pid = 0;
  if (!(lock_file >> pid) || pid <= 1) return 0;
  std::ifstream file(fmt::format("/proc/{}/cmdline", pid));
  for (std::string argument; std::getline(file, argument, '\0');) {
    if (argument == data_folder) return pid;
  }
  return 0;
}

bool ends_within(const std::string& data_folder, pid_t pid, base::Duration deadline) {
  return base::wait_until([&] { return running_postmaster(data_folder) != pid; }, deadline);
}

bool stop_postmaster(const std::string& data_folder) {
  const pid_t pid = running_postmaster(data_folder);
  if (pid == 0) return true;
  ::kill(pid, SIGQUIT);
  if (ends_within(data_folder, pid, stop_deadline)) return true;
  ::kill(pid, SIGKILL);
  return ends_within(data_folder, pid, stop_deadline);
}

bool is_left(const Owner& owner, Left left) { return !owner.alive() && owner.keep == (left == Left::kept); }

}  // namespace

std::vector<Leftover> find_leftovers(const std::string& temp_folder, Left left) {
  std::vector<Leftover> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(temp_folder, ignored)) {
    const fs::path& path = entry.path();
    if (!path.filename().string().starts_with(folder_prefix)) continue;
    const auto owner = read_marker(path);
    if (owner && is_left(*owner, left)) found.push_back({path, *owner});
  }
  return found;
}

base::Status remove_leftover(const Leftover& leftover) {
  if (!stop_postmaster(leftover.name + "/data")) {
    return base::environment_error(fmt::format("the server in {} does not stop", leftover.name));
  }
  return remove_private_folder(leftover.name);
}

namespace {

void note(Sweep& sweep, const Leftover& leftover, const base::Status& removed) {
  if (removed) {
    sweep.removed.push_back(leftover);
  } else {
    sweep.failures.insert(sweep.failures.end(), removed.errors().begin(), removed.errors().end());
  }
}

}  // namespace

Sweep sweep_leftovers(const std::string& temp_folder, Left left) {
  Sweep sweep;
  for (const Leftover& leftover : find_leftovers(temp_folder, left)) note(sweep, leftover, remove_leftover(leftover));
  return sweep;
}

base::Result<std::vector<Leftover>> find_left_containers(const ContainerEngine& engine, Left left) {
  const auto containers = list_containers(engine);
  if (!containers) return containers.errors();
  std::vector<Leftover> found;
  for (const OwnedContainer& container : *containers) {
    if (is_left(container.owner, left)) found.push_back({container.name, container.owner});
  }
  return found;
}

Sweep sweep_containers(const ContainerEngine& engine, Left left) {
  Sweep sweep;
  const auto found = find_left_containers(engine, left);
  if (!found) {
    sweep.failures = found.errors();
    return sweep;
  }
  for (const Leftover& leftover : *found) note(sweep, leftover, remove_container(engine, leftover.name));
  return sweep;
}

}  // namespace pgrehearse::provision
