#include "harness/migrate/numbered.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/migrate/folder.hpp"

namespace pgrehearse::migrate {

NumberedHistory::NumberedHistory(std::string format, std::string folder, TransactionScope scope)
    : folder_(std::move(folder)), scope_(scope), history_{std::move(format), {}, {}} {}

void NumberedHistory::add(const NumberedName& name, const std::string& file) {
  auto text = read_sql_file(folder_, file);
  if (!text) {
    std::ranges::copy(text.errors(), std::back_inserter(errors_));
    return;
  }
  Pair& pair = pairs_[name.number];
  auto& slot = name.direction == Direction::up ? pair.up : pair.down;
  if (slot) {
    errors_.push_back(
        base::usage_error(fmt::format("{} and {} have the same version {}", slot->name, file, name.number),
                          "give each migration a number of its own", {folder_}));
    return;
  }
  slot = std::move(text).value();
  if (pair.name.empty() || name.direction == Direction::up) pair.name = name.name;
}

void NumberedHistory::ignore(const std::string& file) {
  if (file.ends_with(".sql")) history_.ignored.push_back(file);
}

base::Result<History> NumberedHistory::finish() {
  if (!errors_.empty()) return errors_;
  for (auto& [number, pair] : pairs_) {
    history_.migrations.push_back(
        {number, pair.name, pair.up ? std::move(*pair.up) : SqlFile{}, std::move(pair.down), scope_});
  }
  return std::move(history_);
}

std::string leading_number(std::string_view name) {
  const std::size_t end = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::size_t first = std::min(name.find_first_not_of('0'), end);
  if (end > 0 && first == end) return "0";
  return std::string(name.substr(first, end - first));
}

}  // namespace pgrehearse::migrate
