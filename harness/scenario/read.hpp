// From what the user wrote to a Scenario. A file and flags go the same way: flags are a layer over the file, and what
// results is read once, so that every mistake in any of them is reported together.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/scenario/flags.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::scenario {

// Reads a scenario file; flags override it. Where the file has variants and `flags.variant` names none, the first one
// is taken. All variants are checked, whichever is taken. Errors are sorted by place, each reported once; all are of
// kind usage. Relative paths in the file start at the file's folder.
base::Result<Scenario> read_scenario(const std::string& path, const Flags& flags = {});

// Without a file.
base::Result<Scenario> from_flags(const Flags& flags);

// Only what is said of the data: for filling a database, with no migration.
base::Result<Data> data_from_flags(const Flags& flags);

// These gates with changes such as "max_stall=1s" or "error_rate=off" (--gate), for judging a stored run anew.
base::Result<Gates> change_gates(const Gates& gates, const std::vector<std::string>& changes);

}  // namespace pgrehearse::scenario
