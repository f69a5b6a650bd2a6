#include "harness/load/table_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pgrehearse::load {
namespace {

// The parts of a name between dots, as PostgreSQL stores them.
std::vector<std::string> name_parts(std::string_view name) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '"') {
      if (quoted && name.substr(i + 1, 1) == "\"") {
        parts.back() += c;
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += quoted ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return parts;
}

}  // namespace

base::Result<std::size_t> find_table(const generators::Generator& tables, std::string_view name) {
  const auto parts = name_parts(name);
  const auto& all = tables.shape().tables;
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name != parts.back() || (parts.size() == 2 && all[i].schema != parts.front())) continue;
    if (parts.size() == 2 || all[i].schema == "public") return i;
    found.push_back(i);
  }
  if (found.size() == 1 && parts.size() == 1) return found.front();
  if (found.size() > 1) {
    return base::usage_error(fmt::format("several tables are named '{}'", name),
                             fmt::format("write its schema too, as in {}", all[found.front()].qualified()));
  }
  std::string known;
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 10); ++i) {
    known += (i == 0 ? "" : ", ") + all[i].qualified();
  }
  return base::usage_error(fmt::format("there is no generated table '{}'", name), "there are " + known);
}

std::vector<std::size_t> primary_key(const generators::TableShape& table) {
  const auto found = std::find_if(table.keys.begin(), table.keys.end(), [](auto& key) { return key.primary; });
  return found == table.keys.end() ? std::vector<std::size_t>{} : found->columns;
}

}  // namespace pgrehearse::load
