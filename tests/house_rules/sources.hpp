// The project's sources, as the house rules see them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pgrehearse::house_rules {

inline const std::filesystem::path root = PGREHEARSE_SOURCE_DIR;

// Of a folder and those in it.
inline std::vector<std::filesystem::path> sources(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".cpp" || extension == ".hpp") files.push_back(entry.path());
  }
  return files;
}

inline std::string shown(const std::filesystem::path& file) { return std::filesystem::relative(file, root).string(); }

}  // namespace pgrehearse::house_rules
