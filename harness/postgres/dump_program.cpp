#include "harness/postgres/dump_program.hpp"

#include <algorithm>

#include "harness/base/subprocess.hpp"

namespace pgrehearse::postgres {
namespace {

// "pg_dump (PostgreSQL) 16.4 (Debian ...)" -> "16.4"
std::string version_of(const std::string& path) {
  const auto output = base::run({.arguments = {path, "--version"}}, std::chrono::seconds(10));
  if (!output || output->exit_status != 0) return "";
  const auto start = output->out.find_first_of("0123456789");
  if (start == std::string::npos) return "";
  return output->out.substr(start, output->out.find_first_of(" \n", start) - start);
}

}  // namespace

std::vector<DumpProgram> dump_programs(const std::vector<std::string>& folders) {
  std::vector<DumpProgram> found;
  for (const std::string& folder : folders) {
    const std::string path = folder.empty() ? "pg_dump" : folder + "/pg_dump";
    if (!base::find_program(path)) continue;
    const std::string version = version_of(path);
    if (!version.empty()) found.push_back({path, version, std::stoi(version)});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.major < b.major; });
  return found;
}

const DumpProgram* fitting(const std::vector<DumpProgram>& programs, int server_major) {
  const auto found = std::find_if(programs.begin(), programs.end(),
                                  [&](const DumpProgram& program) { return program.major >= server_major; });
  return found == programs.end() ? nullptr : &*found;
}

}  // namespace pgrehearse::postgres
