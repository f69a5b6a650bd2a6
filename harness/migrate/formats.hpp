// The formats of migration folders, one reader each. Sources for the rules are named at each reader.
#pragma once

#include <string>

#include "harness/base/result.hpp"
#include "harness/migrate/history.hpp"

namespace pgrehearse::migrate {

// The name of the format, as in scenario::Migration; an error that names the tool where it is one we do not read.
base::Result<std::string> detect_format(const std::string& folder);

base::Result<History> read_diesel(const std::string& folder);
base::Result<History> read_golang_migrate(const std::string& folder);
base::Result<History> read_plain(const std::string& folder);

}  // namespace pgrehearse::migrate
