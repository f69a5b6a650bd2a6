#include "generators/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pgrehearse::generators {
namespace {

constexpr std::string_view kListValues =
    "list `values` for one of its columns in the scenario (tables: ... columns: ...)";

// What a column of the child corresponds to in the parent.
std::size_t in_parent(const ForeignKey& key, std::size_t column) {
  auto at = std::find(key.columns.begin(), key.columns.end(), column) - key.columns.begin();
  return key.parent_columns[static_cast<std::size_t>(at)];
}

bool covers(const ForeignKey& key, const std::vector<std::size_t>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](std::size_t column) {
    return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
  });
}

std::vector<std::size_t> in_parent(const ForeignKey& key, const std::vector<std::size_t>& columns) {
  std::vector<std::size_t> mapped;
  for (std::size_t column : columns) mapped.push_back(in_parent(key, column));
  return mapped;
}

// How many of its columns keys of the table hold: who decides the others of a group can be chosen to keep a key.
std::size_t in_keys(const TableShape& shape, const ForeignKey& reference) {
  return static_cast<std::size_t>(
      std::count_if(reference.columns.begin(), reference.columns.end(), [&](std::size_t column) {
        return std::any_of(shape.keys.begin(), shape.keys.end(), [&](const Key& key) {
          return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
        });
      }));
}

class LayoutMaker {
 public:
  explicit LayoutMaker(const DatabaseShape& shape) : shape_(shape) {}

  Layout make() && {
    layout_.tables.resize(shape_.tables.size());
    for (std::size_t table = 0; table < shape_.tables.size(); ++table) {
      layout_.tables[table].part_of.resize(shape_.tables[table].columns.size());
      add_references(table);
      add_values(table);
    }
    for (auto [table, key] : derived_) check_derived(table, key);
    for (auto [table, part] : siblings_) check_sibling(table, part);
    return std::move(layout_);
  }

 private:
  struct Spot {
    std::size_t table;
    std::vector<std::size_t> columns;
    bool operator==(const Spot&) const = default;
  };

  void fail(std::size_t table, const ForeignKey& key, std::string_view what, std::string_view hint) {
    if (shape_.tables[table].existing) return;
    layout_.errors.push_back(
        base::usage_error(fmt::format("{}: {}", describe(shape_.tables[table], key), what), std::string(hint)));
  }

  // Those that decide anything, in the order of their say: to other tables first, the wide before the narrow.
  std::vector<std::size_t> ordered_keys(std::size_t table) {
    const TableShape& shape = shape_.tables[table];
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < shape.foreign_keys.size(); ++i) {
      const ForeignKey& key = shape.foreign_keys[i];
      bool trivial = key.parent == table && key.columns == key.parent_columns;
      bool users = std::any_of(key.columns.begin(), key.columns.end(),
                               [&](std::size_t column) { return decided_by_user(shape.columns[column]); });
      if (!trivial && !users) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const ForeignKey &x = shape.foreign_keys[a], &y = shape.foreign_keys[b];
      if ((x.parent == table) != (y.parent == table)) return y.parent == table;
      if (x.columns.size() != y.columns.size()) return x.columns.size() > y.columns.size();
      return in_keys(shape, x) > in_keys(shape, y);
    });
    return order;
  }

  void add_references(std::size_t table) {
    TableLayout& layout = layout_.tables[table];
    for (std::size_t index : ordered_keys(table)) {
      const ForeignKey& key = shape_.tables[table].foreign_keys[index];
      if (std::any_of(key.columns.begin(), key.columns.end(),
                      [&](std::size_t column) { return shape_.tables[table].columns[column].generated; })) {
        fail(table, key, "a generated column cannot be made to point at a parent",
             "give the table 0 rows in the scenario");
        continue;
      }
      std::vector<std::size_t> open, taken;
      bool itself = false;
      for (std::size_t column : key.columns) {
        bool own = key.parent == table && in_parent(key, column) == column && !layout.part_of[column];
        if (own)
          itself = true;
        else
          (layout.part_of[column] ? taken : open).push_back(column);
      }
      if (open.empty())
        derived_.emplace_back(table, index);
      else
        add_reference(table, index, open, taken, itself);
    }
  }

  void add_reference(std::size_t table, std::size_t index, const std::vector<std::size_t>& open,
                     const std::vector<std::size_t>& taken, bool itself) {
    TableLayout& layout = layout_.tables[table];
    Part part;
    part.what = itself ? Part::What::itself : taken.empty() ? Part::What::reference : Part::What::sibling;
    part.index = index;
    part.columns = open;
    if (part.what == Part::What::sibling) {
      part.beside = *layout.part_of[taken.front()];
      siblings_.emplace_back(table, layout.parts.size());
    }
    for (std::size_t column : open) layout.part_of[column] = layout.parts.size();
    layout.parts.push_back(std::move(part));
  }

  void add_values(std::size_t table) {
    TableLayout& layout = layout_.tables[table];
    for (std::size_t column = 0; column < layout.part_of.size(); ++column) {
      if (layout.part_of[column] || shape_.tables[table].columns[column].generated) continue;
      layout.part_of[column] = layout.parts.size();
      Part part;
      part.index = column;
      part.columns = {column};
      layout.parts.push_back(std::move(part));
    }
  }

  // The foreign key whose parent decides all of the columns, if there is one.
  const ForeignKey* decider(const Spot& spot) const {
    const TableLayout& layout = layout_.tables[spot.table];
    if (shape_.tables[spot.table].existing || !layout.part_of[spot.columns.front()]) return nullptr;
    const Part& part = layout.deciding(spot.columns.front());
    if (part.what != Part::What::reference) return nullptr;
    const ForeignKey& key = shape_.tables[spot.table].foreign_keys[part.index];
    return covers(key, spot.columns) ? &key : nullptr;
  }

  // Whether the values at `from` are always among those at `to`, because foreign keys lead there.
  bool leads_to(const Spot& from, const Spot& to, std::size_t depth = 0) const {
    if (from == to) return true;
    if (depth > shape_.tables.size()) return false;
    for (const ForeignKey& key : shape_.tables[from.table].foreign_keys)
      if (covers(key, from.columns) && leads_to({key.parent, in_parent(key, from.columns)}, to, depth + 1)) return true;
    return false;
  }

  void check_derived(std::size_t table, std::size_t index) {
    const ForeignKey& key = shape_.tables[table].foreign_keys[index];
    const ForeignKey* wider = decider({table, key.columns});
    if (wider != nullptr && leads_to({wider->parent, in_parent(*wider, key.columns)}, {key.parent, key.parent_columns}))
      return;
    fail(table, key, "its columns belong to other foreign keys too, and these do not lead to the same parent",
         kListValues);
  }

  // Where values come from in the end; marks the foreign keys on the way as taking their parents in turn.
  Spot root(Spot spot, std::vector<std::pair<std::size_t, std::size_t>>& way) const {
    while (way.size() <= shape_.tables.size()) {
      const ForeignKey* key = decider(spot);
      if (key == nullptr) break;
      way.emplace_back(spot.table, *layout_.tables[spot.table].part_of[spot.columns.front()]);
      spot = {key->parent, in_parent(*key, spot.columns)};
    }
    return spot;
  }

  void check_sibling(std::size_t table, std::size_t index) {
    Part& part = layout_.tables[table].parts[index];
    const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
    std::vector<std::size_t> shared;
    for (std::size_t column : key.columns)
      if (*layout_.tables[table].part_of[column] != index) shared.push_back(column);
    std::vector<std::pair<std::size_t, std::size_t>> ours, theirs;
    Spot our_root = root({table, shared}, ours), their_root = root({key.parent, in_parent(key, shared)}, theirs);
    if (ours.empty() || !(our_root == their_root))
      return fail(table, key, "it shares columns with another foreign key, and their parents have no common origin",
                  kListValues);
    part.group = our_root.table;
    for (auto [t, p] : theirs) join_group(t, p, our_root.table, true);
    for (auto [t, p] : ours) join_group(t, p, our_root.table, t != table);
  }

  void join_group(std::size_t table, std::size_t part, std::size_t root, bool in_turn) {
    Part& joining = layout_.tables[table].parts[part];
    if (joining.group && *joining.group != root)
      fail(table, shape_.tables[table].foreign_keys[joining.index], "it would have to follow two other tables at once",
           kListValues);
    joining.group = root;
    joining.in_turn = joining.in_turn || in_turn;
  }

  const DatabaseShape& shape_;
  Layout layout_;
  std::vector<std::pair<std::size_t, std::size_t>> derived_, siblings_;
};

}  // namespace

bool decided_by_user(const Column& column) { return column.override_ && column.override_->decides(); }

Layout lay_out(const DatabaseShape& shape) { return LayoutMaker(shape).make(); }

std::string describe(const TableShape& table, const ForeignKey& key) {
  return fmt::format("{}: foreign key {}", table.qualified(), key.name);
}

}  // namespace pgrehearse::generators
