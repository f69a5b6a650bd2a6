// Reading the files of a migration folder.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/migrate/history.hpp"

namespace pgrehearse::migrate {

// Names of what stands in `folder`, sorted by bytes, without those that begin with a dot.
struct Listing {
  std::vector<std::string> files, folders;
};
base::Result<Listing> list_folder(const std::string& folder);

// The file `name` in `folder`; an error where it cannot be read or is not text.
base::Result<SqlFile> read_sql_file(const std::string& folder, const std::string& name);

}  // namespace pgrehearse::migrate
