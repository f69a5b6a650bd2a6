#include "harness/provision/binaries.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/subprocess.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;

constexpr auto answer_deadline = std::chrono::seconds(10);

std::string first_line_of(const std::vector<std::string>& command) {
  const auto output = base::run({.arguments = command, .environment = {}, .user = {}, .folder = {}}, answer_deadline);
  if (!output || output->exit_status != 0) return "";
  return output->out.substr(0, output->out.find('\n'));
}

// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" -> "15.18"
std::string version_in(const std::string& line) {
  const auto start = line.find_first_of("0123456789");
  if (start == std::string::npos) return "";
  return line.substr(start, line.find(' ', start) - start);
}

base::Result<Binaries> look_into(const std::string& folder) {
  for (const char* name : {"initdb", "postgres"}) {
    if (!base::find_program(folder + "/" + name)) {
      return base::environment_error(fmt::format("no program {} in {}", name, folder),
                                     "--postgres-bin names the folder that holds initdb and postgres");
    }
  }
  const std::string version = version_in(first_line_of({folder + "/postgres", "--version"}));
  if (version.empty()) return base::environment_error(fmt::format("{}/postgres does not say its version", folder));
  return Binaries{folder, version, std::stoi(version)};
}

// Folders "<parent>/<prefix><version><suffix>", the highest version first.
std::vector<std::string> versioned(const fs::path& parent, const std::string& prefix, const std::string& suffix) {
  std::vector<std::pair<double, std::string>> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(prefix)) continue;
    const double version = std::strtod(name.c_str() + prefix.size(), nullptr);
    found.emplace_back(version, entry.path().string() + suffix);
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<std::string> folders;
  for (auto& [version, folder] : found) folders.push_back(std::move(folder));
  return folders;
}

base::Error too_old(const Binaries& binaries) {
  return base::environment_error(fmt::format("PostgreSQL {} in {} is too old: {} or newer is needed", binaries.version,
                                             binaries.folder, oldest_supported_major));
}

base::Error other_major(int major, const std::vector<Binaries>& found) {
  std::vector<std::string> names;
  for (const Binaries& binaries : found) names.push_back(fmt::format("{} in {}", binaries.version, binaries.folder));
  return base::environment_error(
      fmt::format("no PostgreSQL {} on this machine, but {}", major, fmt::join(names, ", ")),
      fmt::format("install postgresql-{}, name its folder with --postgres-bin, or use --server container", major));
}

}  // namespace

std::vector<std::string> program_folders() {
  std::vector<std::string> folders;
  if (base::find_program("pg_config")) folders.push_back(first_line_of({"pg_config", "--bindir"}));
  if (const auto postgres = base::find_program("postgres")) folders.push_back(fs::path(*postgres).parent_path());
  auto add = [&folders](std::vector<std::string> more) { folders.insert(folders.end(), more.begin(), more.end()); };
  add(versioned("/usr/lib/postgresql", "", "/bin"));           // Debian, Ubuntu
  add(versioned("/usr", "pgsql-", "/bin"));                    // PGDG on Red Hat and SUSE
  add(versioned("/opt/homebrew/opt", "postgresql@", "/bin"));  // Homebrew on ARM
  add(versioned("/usr/local/opt", "postgresql@", "/bin"));     // Homebrew on Intel
  add({"/usr/local/pgsql/bin"});                               // built from source
  return folders;
}

std::vector<Binaries> list_binaries() {
  std::vector<Binaries> found;
  std::vector<std::string> seen;
  for (const std::string& folder : program_folders()) {
    std::error_code failure;
    const std::string real = fs::canonical(folder, failure);
    if (failure || std::find(seen.begin(), seen.end(), real) != seen.end()) continue;
    seen.push_back(real);
    if (auto binaries = look_into(real)) found.push_back(*binaries);
  }
  return found;
}

base::Result<Binaries> find_binaries(const std::string& chosen, int major) {
  if (!chosen.empty()) {
    auto binaries = look_into(chosen);
    if (binaries && binaries->major < oldest_supported_major) return too_old(*binaries);
    if (binaries && major != 0 && binaries->major != major) return other_major(major, {*binaries});
    return binaries;
  }
  const std::vector<Binaries> found = list_binaries();
  for (const Binaries& binaries : found) {
    if (major == 0 ? binaries.major >= oldest_supported_major : binaries.major == major) return binaries;
  }
  if (!found.empty()) return major == 0 ? too_old(found.front()) : other_major(major, found);
  return base::environment_error(
      fmt::format("no PostgreSQL server found on this machine: initdb and postgres, {} or newer",
                  oldest_supported_major),
      "apt-get install postgresql (its own cluster need not run), or name their folder with --postgres-bin");
}

}  // namespace pgrehearse::provision
