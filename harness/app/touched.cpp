#include "harness/app/touched.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/base/nearest.hpp"

namespace pgrehearse::app {
namespace {

void add(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// Modes that readers and writers of rows take themselves block nobody of their kind.
bool blocks_someone(const std::string& mode) {
  return mode != "AccessShareLock" && mode != "RowShareLock" && mode != "RowExclusiveLock";
}

std::optional<std::size_t> largest(const generators::Generator& tables, const std::vector<std::string>* among) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < tables.shape().tables.size(); ++i) {
    const std::string name = tables.shape().tables[i].qualified();
    if (among && std::find(among->begin(), among->end(), name) == among->end()) continue;
    if (!found || tables.rows(i) > tables.rows(*found)) found = i;
  }
  return found;
}

}  // namespace

base::Result<TouchedTables> touched_tables(record::RunFolder& folder) {
  if (const auto flushed = folder.status(); !flushed) return flushed.errors();
  const auto record = record::read_run_folder(folder.path());
  if (!record) return record.errors();
  return touched_tables(record->events);
}

TouchedTables touched_tables(const std::vector<record::Event>& events) {
  TouchedTables touched;
  for (const record::Event& event : events) {
    const auto* statement = std::get_if<record::Statement>(&event);
    if (!statement) continue;
    for (const record::HeldLock& lock : statement->locks) {
      if (!lock.existed_before || !blocks_someone(lock.mode)) continue;
      add(touched.all, lock.relation);
      if (lock.mode == "AccessExclusiveLock") add(touched.exclusive, lock.relation);
    }
  }
  return touched;
}

base::Result<std::size_t> adversary_table(const scenario::Adversary& adversary, const TouchedTables& touched,
                                          const generators::Generator& tables) {
  if (!adversary.table.empty()) {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < tables.shape().tables.size(); ++i) {
      const auto& shape = tables.shape().tables[i];
      if (adversary.table == shape.qualified() || adversary.table == shape.name) return i;
      known.push_back(shape.name);
    }
    return base::usage_error(fmt::format("the adversary {} reads {}, which does not stand before the migration",
                                         adversary.name, adversary.table),
                             base::did_you_mean(adversary.table, known));
  }
  for (const auto* among : {&touched.exclusive, &touched.all, static_cast<const std::vector<std::string>*>(nullptr)}) {
    if (const auto found = largest(tables, among)) return *found;
  }
  return base::usage_error(fmt::format("the adversary {} has no table to read", adversary.name),
                           "leave its pass out, or give a schema with tables");
}

}  // namespace pgrehearse::app
