#include "harness/migrate/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "harness/base/files.hpp"

namespace pgrehearse::migrate {

namespace fs = std::filesystem;

base::Result<Listing> list_folder(const std::string& folder) {
  std::error_code error;
  Listing listing;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code ignored;  // a dangling link is neither
    if (entry->is_directory(ignored)) listing.folders.push_back(name);
    if (entry->is_regular_file(ignored)) listing.files.push_back(name);
  }
  if (error) {
    return base::usage_error(fmt::format("cannot read the migration folder: {}", error.message()),
                             "name the folder that holds the migrations, e.g. --migrations db/migrations", {folder});
  }
  std::ranges::sort(listing.files);
  std::ranges::sort(listing.folders);
  return listing;
}

base::Result<SqlFile> read_sql_file(const std::string& folder, const std::string& name) {
  SqlFile file{name, folder.empty() ? name : (fs::path(folder) / name).string(), {}};
  auto text = base::read_file(file.path);
  if (!text) {
    return base::usage_error(fmt::format("cannot read the file: {}", std::strerror(errno)), {}, {file.path});
  }
  file.text = std::move(*text);
  if (file.text.find('\0') != std::string::npos) {
    return base::usage_error("the file holds a NUL byte, so it is not SQL text", "save it as UTF-8", {file.path});
  }
  return file;
}

}  // namespace pgrehearse::migrate
