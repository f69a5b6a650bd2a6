#include "harness/provision/cache.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/base/files.hpp"
#include "harness/base/random.hpp"
#include "harness/base/units.hpp"
#include "harness/provision/leftovers.hpp"
#include "harness/provision/private_folder.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;

constexpr const char* prefix = "pgrehearse-data-";
// First line of the file `key`; the key itself follows. Its time of change is that of the last use.
constexpr const char* title = "generated databases of pgrehearse, version 1\n";

std::string key_file(const std::string& folder) { return folder + "/key"; }

std::optional<std::string> key_in(const std::string& folder) {
  auto text = base::read_file(key_file(folder));
  if (!text || !text->starts_with(title)) return {};
  return text->substr(std::string_view(title).size());
}

// Allocated blocks, not lengths: what the disk gives back.
std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    struct stat status {};
    if (::lstat(entry.path().c_str(), &status) == 0) bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  return bytes;
}

std::int64_t last_use(const std::string& folder) {
  struct stat status {};
  return ::stat(key_file(folder).c_str(), &status) == 0 ? status.st_mtime : 0;
}

base::Status remove(const std::string& folder) {
  std::error_code failure;
  fs::remove_all(folder, failure);
  if (!failure) return base::success();
  return base::environment_error(fmt::format("cannot remove {}: {}", folder, failure.message()), "remove it by hand");
}

}  // namespace

// The name is only a way to find it; the key is compared in full.
std::string Cache::path_of(const std::string& key) const {
  const base::Seed hash = base::Seed{}.derive(key);
  return fmt::format("{}/{}{:016x}", folder_, prefix, hash.value);
}

std::optional<std::string> Cache::find(const std::string& key) const {
  const std::string folder = path_of(key);
  if (key_in(folder) != key) return {};
  std::error_code ignored;
  fs::last_write_time(key_file(folder), fs::file_time_type::clock::now(), ignored);
  return folder;
}

base::Status Cache::store(const std::string& key,
                          const std::function<base::Status(const std::string& folder)>& write) const {
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) {
    return base::environment_error(fmt::format("cannot make the cache {}: {}", folder_, failure.message()),
                                   "name another folder with --cache");
  }
  sweep_leftovers(folder_);
  const auto unfinished = make_private_folder(folder_, ourselves(), this_process("cache"));
  if (!unfinished) return unfinished.errors();
  const std::string& fresh = *unfinished;
  auto written = write(fresh);
  if (written) {
    std::ofstream(key_file(fresh)) << title << key;
    const std::string folder = path_of(key);
    if (auto removed = remove(folder); !removed) written = removed;
    fs::remove(fresh + "/" + marker_name, failure);  // from now on it has no owner
    fs::rename(fresh, folder, failure);
    if (failure) written = base::environment_error("cannot keep the databases in " + folder);
  }
  if (!written) {
    static_cast<void>(remove(fresh).ok());
    return written;
  }
  return make_room();
}

std::vector<Cache::Entry> Cache::entries() const {
  std::vector<Entry> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string path = entry.path();
    if (!entry.path().filename().string().starts_with(prefix) || !key_in(path)) continue;
    found.push_back({path, bytes_in(path), last_use(path)});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Entry& a, const Entry& b) { return a.last_used_s > b.last_used_s; });
  return found;
}

base::Status Cache::make_room() const {
  std::uint64_t kept = 0;
  for (const Entry& entry : entries()) {
    kept += entry.bytes;
    if (kept <= limit_bytes_) continue;
    kept -= entry.bytes;
    if (auto removed = remove(entry.folder); !removed) return removed;
    if (kept == 0) {
      return base::environment_error(fmt::format("the databases of this run ({}) are larger than the cache may be ({})",
                                                 base::format_bytes(entry.bytes), base::format_bytes(limit_bytes_)),
                                     "raise server.cache_limit in the scenario");
    }
  }
  return base::success();
}

base::Status Cache::clear() const {
  for (const Entry& entry : entries()) {
    if (auto removed = remove(entry.folder); !removed) return removed;
  }
  return base::success();
}

}  // namespace pgrehearse::provision
