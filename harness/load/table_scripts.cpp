#include "harness/load/table_scripts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/load/table_columns.hpp"
#include "harness/load/table_lookup.hpp"

namespace pgrehearse::load {

std::vector<Draft> TableScripts::usual(std::size_t table) const {
  std::vector<Draft> drafts;
  for (Maybe& each :
       std::vector<Maybe>{read_by_key(table), read_with_parent(table), update_hot(table), insert(table)}) {
    if (each) drafts.push_back(std::move(*each));
  }
  return drafts;
}

std::vector<Draft> TableScripts::all(std::size_t table) const {
  std::vector<Draft> drafts;
  for (Maybe& each : std::vector<Maybe>{read_by_key(table), read_by_index(table, true), read_by_index(table, false),
                                        read_children(table), read_with_parent(table), read_with_children(table),
                                        read_newest(table), read_range(table), update_hot(table), update_indexed(table),
                                        insert(table), remove(table), transaction(table)}) {
    if (each) drafts.push_back(std::move(*each));
  }
  return drafts;
}

TableScripts::Maybe TableScripts::read_by_key(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const Columns key = primary_key(shape);
  if (!has_path(table, key)) return {};
  Draft draft{"read-" + label(shape), 40};
  draft.about = {fmt::format("One row of {} by its primary key.", label(shape))};
  draft.draw("row", table, false);
  draft.statements = {fmt::format("{}\n  WHERE {}", select(shape), equal(shape, key, "row"))};
  return draft;
}

// Through the first such index that is no other script's.
TableScripts::Maybe TableScripts::read_by_index(std::size_t table, bool unique) const {
  const TableShape& shape = this->shape(table);
  for (const Path& path : paths_of(table)) {
    if (path.unique != unique || path.columns == primary_key(shape)) continue;
    if (!unique && contains(shape.foreign_keys, path.columns.front())) continue;
    const std::string by = join(path.columns, "-", [&](std::size_t c) { return shape.columns[c].name; });
    Draft draft{fmt::format("read-{}-by-{}", label(shape), by), 10};
    draft.about = {fmt::format("{} of {} by the {}index on {}.", unique ? "One row" : "Rows", label(shape),
                               unique ? "unique " : "", by)};
    draft.draw("row", table, false);
    draft.statements = {fmt::format("{}\n  WHERE {}{}", select(shape), equal(shape, path.columns, "row"),
                                    unique ? "" : "\n  LIMIT 20")};
    return draft;
  }
  return {};
}

// Through the first foreign key that has an index on the child's side.
TableScripts::Maybe TableScripts::read_children(std::size_t table) const {
  const TableShape& child = shape(table);
  for (const auto& key : child.foreign_keys) {
    const TableShape& parent = shape(key.parent);
    if (!has_path(table, key.columns) || tables_.rows(key.parent) == 0) continue;
    std::vector<std::string> conditions;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      conditions.push_back(quoted(child, key.columns[i]) + " = " +
                           variable("parent", parent.columns[key.parent_columns[i]]));
    }
    Draft draft{fmt::format("read-{}-of-{}", label(child), label(parent)), 15};
    draft.about = {fmt::format("Rows of {} that belong to one of {}.", label(child), label(parent))};
    draft.draw("parent", key.parent, false);
    draft.statements = {fmt::format("{}\n  WHERE {}\n  LIMIT 20", select(child), fmt::join(conditions, " AND "))};
    return draft;
  }
  return {};
}

TableScripts::Maybe TableScripts::read_with_parent(std::size_t table) const {
  const TableShape& child = shape(table);
  const Columns primary = primary_key(child);
  if (!has_path(table, primary)) return {};
  for (const auto& key : child.foreign_keys) {
    if (tables_.rows(key.parent) == 0 || !has_path(key.parent, key.parent_columns)) continue;
    const TableShape& parent = shape(key.parent);
    Draft draft{fmt::format("read-{}-with-{}", label(child), label(parent)), 10};
    draft.about = {fmt::format("One row of {} with its {}.", label(child), label(parent))};
    draft.draw("row", table, false);
    draft.statements = {
        fmt::format("{}\n  WHERE {}", select_joined(child, key, parent), equal(child, primary, "row", "child"))};
    return draft;
  }
  return {};
}

TableScripts::Maybe TableScripts::read_with_children(std::size_t table) const {
  const TableShape& parent = shape(table);
  const Columns primary = primary_key(parent);
  if (!has_path(table, primary)) return {};
  for (std::size_t i = 0; i < tables_.shape().tables.size(); ++i) {
    const TableShape& child = shape(i);
    for (const auto& key : child.foreign_keys) {
      if (key.parent != table || tables_.rows(i) == 0 || !has_path(i, key.columns)) continue;
      Draft draft{fmt::format("read-{}-with-its-{}", label(parent), label(child)), 8};
      draft.about = {fmt::format("One row of {} with its rows of {}.", label(parent), label(child))};
      draft.draw("row", table, false);
      draft.statements = {fmt::format("{}\n  WHERE {}\n  LIMIT 20", select_joined(child, key, parent),
                                      equal(parent, primary, "row", "parent"))};
      return draft;
    }
  }
  return {};
}

TableScripts::Maybe TableScripts::read_newest(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const Columns key = primary_key(shape);
  if (key.size() != 1 || !shape.columns[key[0]].sequence || !has_path(table, key)) return {};
  Draft draft{"read-newest-" + label(shape), 5};
  draft.about = {fmt::format("The newest rows of {}.", label(shape))};
  draft.statements = {fmt::format("{}\n  ORDER BY {} DESC\n  LIMIT 10", select(shape), quoted(shape, key[0]))};
  return draft;
}

TableScripts::Maybe TableScripts::read_range(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  for (const Path& path : paths_of(table)) {
    const std::size_t column = path.columns.front();
    if (path.unique || contains(shape.foreign_keys, column)) continue;
    const std::string name = quoted(shape, column);
    Draft draft{fmt::format("read-{}-from-{}", label(shape), shape.columns[column].name), 5};
    draft.about = {fmt::format("The rows of {} that follow one in the order of {}.", label(shape), name)};
    draft.draw("row", table, false);
    draft.statements = {fmt::format("{}\n  WHERE {} >= {}\n  ORDER BY {}\n  LIMIT 10", select(shape), name,
                                    variable("row", shape.columns[column]), name)};
    return draft;
  }
  return {};
}

TableScripts::Maybe TableScripts::update_hot(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const auto column = free_column(table, false);
  const Columns key = primary_key(shape);
  if (!column || !has_path(table, key)) return {};
  Draft draft{"update-" + label(shape), 15};
  draft.about = {fmt::format("Gives {} of one row of {} another row's value. No index has the column: a HOT update.",
                             quoted(shape, *column), label(shape))};
  draft.draw("row", table, false);
  draft.draw("other", table, false);
  draft.statements = {fmt::format("{}\n  WHERE {}", update(shape, *column, "other"), equal(shape, key, "row"))};
  return draft;
}

TableScripts::Maybe TableScripts::update_indexed(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const auto column = free_column(table, true);
  const Columns key = primary_key(shape);
  if (!column || !has_path(table, key)) return {};
  Draft draft{fmt::format("update-{}-{}", label(shape), shape.columns[*column].name), 4};
  draft.about = {
      fmt::format("Gives {} of one row of {} another row's value. An index has the column: all indexes grow.",
                  quoted(shape, *column), label(shape))};
  draft.draw("row", table, false);
  draft.draw("other", table, false);
  draft.statements = {fmt::format("{}\n  WHERE {}", update(shape, *column, "other"), equal(shape, key, "row"))};
  return draft;
}

TableScripts::Maybe TableScripts::insert(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  if (!can_insert(table)) return {};
  Draft draft{"insert-" + label(shape), 10};
  draft.about = {fmt::format("A new row of {}; the rows that it refers to exist.", label(shape))};
  if (!written(shape).empty()) draft.draw("new", table, true);
  draft.statements = {insertion(table)};
  return draft;
}

TableScripts::Maybe TableScripts::remove(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  if (!can_insert(table) || !can_delete(table)) return {};
  Draft draft{"delete-" + label(shape), 3};
  draft.about = {fmt::format("A new row of {}, which is deleted again: the table stays as large as it is, and nothing",
                             label(shape)),
                 "refers to the row."};
  if (!written(shape).empty()) draft.draw("new", table, true);
  draft.statements = {insertion(table), fmt::format("DELETE FROM {}\n  WHERE {}", quoted(shape), key_of_new(table))};
  return draft;
}

// A new row and, in the same transaction, a change of those that it refers to.
TableScripts::Maybe TableScripts::transaction(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  if (!can_insert(table)) return {};
  Draft draft{"transaction-" + label(shape), 5};
  std::vector<std::pair<std::size_t, std::string>> steps{{table, insertion(table)}};
  std::vector<std::string> parents;
  for (const auto& key : shape.foreign_keys) {
    const bool again = std::any_of(steps.begin(), steps.end(), [&](auto& step) { return step.first == key.parent; });
    const auto column = free_column(key.parent, false);
    if (again || tables_.rows(key.parent) == 0 || !column || !has_path(key.parent, key.parent_columns)) continue;
    const TableShape& parent = this->shape(key.parent);
    const std::string prefix = fmt::format("other_{}", parents.size() + 1);
    draft.draw(prefix, key.parent, false);
    std::vector<std::string> conditions;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      conditions.push_back(quoted(parent, key.parent_columns[i]) + " = " +
                           variable("new", shape.columns[key.columns[i]]));
    }
    steps.emplace_back(key.parent,
                       fmt::format("{}\n  WHERE {}", update(parent, *column, prefix), fmt::join(conditions, " AND ")));
    parents.push_back(label(parent));
  }
  if (parents.empty()) return {};
  draft.about = {fmt::format("A new row of {}, and a change of its {}, in one transaction. Every script takes the",
                             label(shape), fmt::join(parents, " and ")),
                 "tables in the same order, so that they cannot deadlock."};
  draft.draw("new", table, true);
  std::sort(steps.begin(), steps.end());
  draft.statements = {"BEGIN"};
  for (auto& step : steps) draft.statements.push_back(std::move(step.second));
  draft.statements.push_back("COMMIT");
  return draft;
}

}  // namespace pgrehearse::load
