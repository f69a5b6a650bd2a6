// The resolved scenario as JSON, for the manifest of a run, and back. It has the shape of a scenario file (JSON is
// YAML), with every default spelled out, paths absolute and the variant and flags applied.
#pragma once

#include <string>

#include "harness/base/result.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::scenario {

// Deterministic: the same scenario gives the same text. One line, UTF-8.
std::string to_json(const Scenario& scenario);

// Reads what to_json() wrote; `source` names it in errors ("manifest.json"). The files that it names need not exist.
// Places (of tables and columns) are lost; all else comes back equal.
base::Result<Scenario> from_json(const std::string& json, const std::string& source);

}  // namespace pgrehearse::scenario
