#include "harness/observe/relation_names.hpp"

#include <algorithm>

namespace pgrehearse::observe {

base::Status RelationNames::add_snapshot(postgres::Session& session) {
  try {
    const auto rows = session.query(
        "SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace");
    for (std::size_t row = 0; row < rows.size(); ++row) {
      add(static_cast<std::uint32_t>(rows.integer(row, 0)), rows.string(row, 1), rows.string(row, 2));
    }
    return base::success();
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "reading the names of the relations");
  }
}

void RelationNames::add(std::uint32_t oid, std::string schema, std::string name) {
  const std::lock_guard lock(mutex_);
  const std::string qualified = schema + "." + name;
  by_oid_.emplace(oid, qualified);
  const auto [begin, end] = by_name_.equal_range(name);
  if (std::none_of(begin, end, [&](const auto& entry) { return entry.second == qualified; })) {
    by_name_.emplace(std::move(name), qualified);
  }
}

std::optional<std::string> RelationNames::of(std::uint32_t oid) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_oid_.find(oid);
  return found == by_oid_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> RelationNames::of(std::string_view bare_name) const {
  const std::lock_guard lock(mutex_);
  const auto [begin, end] = by_name_.equal_range(bare_name);
  return begin != end && std::next(begin) == end ? std::optional(begin->second) : std::nullopt;
}

}  // namespace pgrehearse::observe
