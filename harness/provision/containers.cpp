#include "harness/provision/containers.hpp"

#include <fmt/format.h>

#include <sstream>

#include "harness/base/wait_until.hpp"

namespace pgrehearse::provision {
namespace {

constexpr auto deadline = std::chrono::seconds(60);

bool stands(const ContainerEngine& engine, const std::string& name) {
  return engine.call({"inspect", "--format={{.Id}}", name}, "looking at a container", deadline).ok();
}

}  // namespace

base::Result<std::vector<OwnedContainer>> list_containers(const ContainerEngine& engine) {
  const auto ids = engine.call({"ps", "--all", "--quiet", fmt::format("--filter=label={}", owner_label)},
                               "listing containers", deadline);
  if (!ids) return ids.errors();
  std::vector<OwnedContainer> found;
  std::istringstream lines(*ids);
  for (std::string id; std::getline(lines, id);) {
    const auto seen = engine.call(
        {"inspect", fmt::format("--format={{{{.Name}}}}\n{{{{index .Config.Labels \"{}\"}}}}", owner_label), id},
        "looking at a container", deadline);
    if (!seen) continue;  // gone meanwhile
    const auto end = seen->find('\n');
    if (end == std::string::npos) continue;
    const auto owner = read_owner(seen->substr(end + 1));
    // docker writes a slash before the name, podman does not.
    if (owner) found.push_back({seen->substr((*seen)[0] == '/', end - ((*seen)[0] == '/')), *owner});
  }
  return found;
}

base::Status remove_container(const ContainerEngine& engine, const std::string& name) {
  const auto removed = engine.call({"rm", "--force", "--volumes", name}, "removing the container " + name, deadline);
  if (removed) return base::success();
  const std::string& words = removed.errors().front().message;
  const bool none =
      words.find("o such container") != std::string::npos || words.find("no container with") != std::string::npos;
  if (none) return base::success();
  // docker says so to the second of two who remove it, and at once.
  const bool going = words.find("is already in progress") != std::string::npos;
  const auto gone = [&] { return !stands(engine, name); };
  if (going && base::wait_until(gone, deadline, std::chrono::milliseconds(100))) return base::success();
  return removed.errors();
}

}  // namespace pgrehearse::provision
