// The containers that runs made, told from all others by a label.
#pragma once

#include <string>
#include <vector>

#include "harness/provision/container_engine.hpp"
#include "harness/provision/owner.hpp"

namespace pgrehearse::provision {

inline constexpr const char* owner_label = "org.pgrehearse.owner";  // to_text(Owner)
inline constexpr const char* run_label = "org.pgrehearse.run";

struct OwnedContainer {
  std::string name;
  Owner owner;
};
// All that this engine has, running or not; those with a label that is not ours are left out.
base::Result<std::vector<OwnedContainer>> list_containers(const ContainerEngine& engine);

// With its anonymous volumes; returns when it is gone. No error when there is none of that name, nor when another
// process removes it, too: two runs may sweep at a time.
base::Status remove_container(const ContainerEngine& engine, const std::string& name);

}  // namespace pgrehearse::provision
