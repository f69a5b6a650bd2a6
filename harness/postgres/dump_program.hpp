// The pg_dump programs of this machine.
#pragma once

#include <string>
#include <vector>

namespace pgrehearse::postgres {

struct DumpProgram {
  std::string path, version;  // "16.4"
  int major = 0;
};

// In these folders (an empty name stands for PATH), the oldest first. Asks each for its version.
std::vector<DumpProgram> dump_programs(const std::vector<std::string>& folders);

// pg_dump has to be as new as the server, at least: the oldest of them that is. Null: none.
const DumpProgram* fitting(const std::vector<DumpProgram>& programs, int server_major);

}  // namespace pgrehearse::postgres
