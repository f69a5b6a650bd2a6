// What killed runs left behind. kill -9 of a run ends its private cluster at once (see base::Child), but nobody is left
// to remove the folder, and a container goes on running; the next run, or `doctor --clean`, removes them.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/provision/container_engine.hpp"
#include "harness/provision/private_folder.hpp"

namespace pgrehearse::provision {

struct Leftover {
  std::string name;  // path of the folder, or name of the container
  Owner owner;       // dead
};

// kept: what a run left on purpose (--keep), to be removed when somebody asks for it.
enum class Left { by_kill, kept };

// Folders of this user's runs in `temp_folder` whose owner is dead. Look-alikes are not among them.
std::vector<Leftover> find_leftovers(const std::string& temp_folder = default_temp_folder(), Left left = Left::by_kill);
// Stops the server that still runs there, if any, and removes the folder.
base::Status remove_leftover(const Leftover& leftover);

struct Sweep {
  std::vector<Leftover> removed;
  base::Errors failures;
};
Sweep sweep_leftovers(const std::string& temp_folder = default_temp_folder(), Left left = Left::by_kill);
// The same for the containers of an engine.
base::Result<std::vector<Leftover>> find_left_containers(const ContainerEngine& engine, Left left = Left::by_kill);
Sweep sweep_containers(const ContainerEngine& engine, Left left = Left::by_kill);

}  // namespace pgrehearse::provision
