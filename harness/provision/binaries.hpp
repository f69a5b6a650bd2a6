// Where on this machine are PostgreSQL's server programs? Distributions keep them off PATH, in a folder per version.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::provision {

constexpr int oldest_supported_major = 14;
constexpr int newest_tried_major = 18;

struct Binaries {
  std::string folder;   // holds initdb and postgres
  std::string version;  // "15.18", "17beta1"
  int major = 0;

  std::string program(const std::string& name) const { return folder + "/" + name; }
};

// The folder `chosen` when it is not empty; else the first of list_binaries() that is of the major, or, where that is
// 0, 14 or newer.
base::Result<Binaries> find_binaries(const std::string& chosen, int major = 0);
// All that are found, in the order of preference: pg_config, PATH, then the usual folders, the newest first.
std::vector<Binaries> list_binaries();
// The folders in which they are looked for, the likeliest first; not all exist. Client programs stand there, too.
std::vector<std::string> program_folders();

}  // namespace pgrehearse::provision
