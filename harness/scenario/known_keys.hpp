// Every key that a scenario file may hold. The documentation and the JSON Schema are tested against it.
#pragma once

#include <string>
#include <vector>

namespace pgrehearse::scenario {

struct KnownKey {
  std::string path;      // "tables.*.columns.*.pattern"; * stands for a name of the user's choice
  std::string expected;  // "a duration such as 250ms, 2s or 5m"
};

// In the order of docs/scenario.md. What stands under `variants.*` is the rest of the file again and not listed.
std::vector<KnownKey> known_keys();

}  // namespace pgrehearse::scenario
