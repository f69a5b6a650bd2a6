#include "generators/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generators/joint_plan.hpp"
#include "generators/keys.hpp"
#include "generators/part_picks.hpp"
#include "generators/selective_keys.hpp"
#include "generators/statistical_parts.hpp"
#include "generators/tied_sources.hpp"

namespace pgrehearse::generators {
namespace {

using How = Part::How;
using What = Part::What;
using Spot = std::pair<std::size_t, std::size_t>;  // table, column

class Planner {
 public:
  Planner(const DatabaseShape& shape, DatabasePlan& plan)
      : shape_(shape),
        plan_(plan),
        layout_(lay_out(shape)),
        choices_(shape, layout_, rows_),
        picks_(shape, layout_, choices_),
        nulls_(shape),
        statistical_(shape, layout_, choices_, picks_, nulls_) {}

  void run() {
    prepare();
    settle_rows();
    find_circles();
    for (std::size_t table = 0; table < shape_.tables.size(); ++table) plan_table(table);
    if (!plan_.errors.empty()) return;
    for (TablePlan& table : plan_.tables)
      table.binary = std::all_of(table.written.begin(), table.written.end(),
                                 [&](std::size_t column) { return table.sources[column]->has_binary(); });
  }

 private:
  void prepare() {
    plan_.errors = layout_.errors;
    plan_.tables.resize(shape_.tables.size());
    keys_.resize(shape_.tables.size());
    for (const TableShape& table : shape_.tables) {
      rows_.push_back(table.existing ? table.existing->rows.size() : table.rows);
      TablePlan& plan = plan_.tables[rows_.size() - 1];
      plan.sources.resize(table.columns.size());
      for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (!table.columns[i].generated) plan.written.push_back(i);
    }
  }

  // Fewer rows of one table may leave fewer for those that point at each of its rows once: until nothing changes.
  void settle_rows() {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t table = 0; table < rows_.size(); ++table) {
        keys_[table] = plan_keys(shape_, table, layout_, choices_);
        if (shape_.tables[table].existing || rows_[table] <= keys_[table].capacity) continue;
        rows_[table] = keys_[table].capacity;
        changed = true;
      }
    }
    for (std::size_t table = 0; table < rows_.size(); ++table) report_keys(table);
  }

  void report_keys(std::size_t table) {
    const TableShape& shape = shape_.tables[table];
    if (shape.existing || shape.rows == 0) return;
    plan_.errors.insert(plan_.errors.end(), keys_[table].errors.begin(), keys_[table].errors.end());
    plan_.notices.insert(plan_.notices.end(), keys_[table].notices.begin(), keys_[table].notices.end());
    if (rows_[table] < shape.rows)
      plan_.notices.push_back(fmt::format("{}: {} rows instead of {}: {} allows no more", shape.qualified(),
                                          rows_[table], shape.rows, keys_[table].limited_by));
  }

  // ---- circles of key columns ------------------------------------------------------------------------------------

  std::optional<Spot> parent_of(Spot spot) const {
    const auto& part_of = layout_.tables[spot.first].part_of[spot.second];
    if (!part_of) return std::nullopt;
    const Part& part = layout_.tables[spot.first].parts[*part_of];
    if (part.what == What::value) return std::nullopt;
    const ForeignKey& key = shape_.tables[spot.first].foreign_keys[part.index];
    auto at = std::find(key.columns.begin(), key.columns.end(), spot.second) - key.columns.begin();
    return Spot{key.parent, key.parent_columns[static_cast<std::size_t>(at)]};
  }

  void find_circles() {
    std::set<Spot> known;
    for (std::size_t table = 0; table < shape_.tables.size(); ++table)
      for (std::size_t column = 0; column < shape_.tables[table].columns.size(); ++column)
        find_circle({table, column}, known);
  }

  void find_circle(Spot start, std::set<Spot>& known) {
    std::set<Spot> seen;
    for (std::optional<Spot> at = start; at && !known.contains(*at); at = parent_of(*at)) {
      if (seen.insert(*at).second) continue;
      const TableShape& table = shape_.tables[at->first];
      const std::string& column = table.columns[at->second].name;
      plan_.errors.push_back(base::usage_error(
          fmt::format("{}: column {} takes its value from itself through a circle of foreign keys", table.qualified(),
                      column),
          fmt::format("list `values` for it (tables: {}: columns: {}: in the scenario)", table.name, column)));
      break;
    }
    known.insert(seen.begin(), seen.end());
  }

  // ---- sources ---------------------------------------------------------------------------------------------------

  void plan_table(std::size_t table) {
    const TableShape& shape = shape_.tables[table];
    TablePlan& plan = plan_.tables[table];
    plan.rows = rows_[table];
    for (std::size_t part = 0; part < layout_.tables[table].parts.size() && !shape.existing; ++part)
      if (auto room = statistical_.key_room(table, part))
        keys_[table].capacity = std::min(keys_[table].capacity, *room);
    selective_.emplace(shape_, table, layout_, choices_, nulls_, statistical_);
    base::Errors errors = selective_->errors();
    plan_.notices.insert(plan_.notices.end(), selective_->notices().begin(), selective_->notices().end());
    plan_joint_columns(table);
    for (std::size_t column = 0; column < shape.columns.size(); ++column) {
      auto source = column_source(table, column);
      if (!source) errors.insert(errors.end(), source.errors().begin(), source.errors().end());
      plan.sources[column] = source ? std::move(*source) : std::make_unique<Nulls>();
    }
    bool possible = errors.empty() && keys_[table].errors.empty();
    plan.capacity = !possible                         ? plan.rows
                    : shape.existing && !grows(table) ? plan.rows
                                                      : std::max(plan.rows, keys_[table].capacity);
    if (shape.existing) return stand(table);
    if (shape.rows > 0) plan_.errors.insert(plan_.errors.end(), errors.begin(), errors.end());
  }

  // Whether rows can join those that stand without meeting their keys.
  bool grows(std::size_t table) const {
    constexpr std::uint64_t many = 1'000'000;
    return std::all_of(layout_.tables[table].parts.begin(), layout_.tables[table].parts.end(), [&](const Part& part) {
      if (part.how == How::open) return true;
      if (part.how != How::injective || part.what != What::value) return false;
      auto values = choices_.values(table, part.index, true);
      return values && values.value()->size() > many;
    });
  }

  void stand(std::size_t table) {
    const TableShape& shape = shape_.tables[table];
    for (std::size_t column = 0; column < shape.columns.size(); ++column) {
      std::vector<Literal> literals;
      for (const auto& row : shape.existing->rows)
        literals.push_back(make_literal(shape.columns[column].type, row[column]));
      SourcePtr& source = plan_.tables[table].sources[column];
      source = std::make_unique<Standing>(std::move(literals), std::move(source));
    }
  }

  base::Result<SourcePtr> column_source(std::size_t table, std::size_t column) {
    if (!layout_.tables[table].part_of[column]) return SourcePtr(std::make_unique<Nulls>());
    for (const ValuePool& pool : shape_.tables[table].pools) {
      auto at = std::find(pool.columns.begin(), pool.columns.end(), column);
      if (at != pool.columns.end())
        return pooled_source(table, pool, static_cast<std::size_t>(at - pool.columns.begin()));
    }
    if (selective_->decides(column)) return deciding_source(table, column);
    auto source = own_source(table, column, statistical_.nullable(table, column));
    for (const Follows& follows : shape_.tables[table].follows)
      if (source && follows.column == column)
        return make_following(shape_.tables[table], follows, std::move(*source),
                              plan_.tables[table].sources[follows.other], seed(table));
    return source;
  }

  base::Result<SourcePtr> deciding_source(std::size_t table, std::size_t column) {
    bool nulls = statistical_.nullable(table, column);
    auto source =
        selective_->gives_nulls(column) ? made_source(table, column, false) : own_source(table, column, nulls);
    return source ? selective_->decide(column, std::move(*source)) : std::move(source);
  }

  base::Result<SourcePtr> pooled_source(std::size_t table, const ValuePool& pool, std::size_t at) {
    const TableShape& shape = shape_.tables[table];
    std::size_t column = pool.columns[at];
    std::vector<Pooled::Cell> cells;
    bool own = false;
    for (const auto& tuple : pool.tuples) {
      const ValuePool::Entry& entry = tuple[at];
      bool given = entry.cell == ValuePool::Cell::value;
      cells.push_back({entry.cell == ValuePool::Cell::own,
                       make_literal(shape.columns[column].type, given ? std::optional(entry.text) : std::nullopt)});
      own = own || cells.back().own;
    }
    base::Result<SourcePtr> source = SourcePtr(std::make_unique<Nulls>());
    if (own) source = own_source(table, column, false);
    if (!source) return source;
    auto tuple = std::make_shared<Uniform>(seed(table).derive(pool.name).derive("tuple"), pool.tuples.size());
    return SourcePtr(std::make_unique<Pooled>(tuple, std::move(cells), std::move(*source)));
  }

  base::Result<SourcePtr> own_source(std::size_t table, std::size_t column, bool nullable) {
    tell_conflict(table, column, statistical_.conflict(table, column, nullable));
    return made_source(table, column, nullable);
  }

  base::Result<SourcePtr> made_source(std::size_t table, std::size_t column, bool nullable) {
    const Part& part = layout_.tables[table].deciding(column);
    return part.what == What::value ? value_source(table, column, nullable) : reference_source(table, column, nullable);
  }

  base::Result<SourcePtr> value_source(std::size_t table, std::size_t column, bool nullable) {
    const Column& shape = shape_.tables[table].columns[column];
    std::size_t part = *layout_.tables[table].part_of[column];
    if (shape.type.kind == Kind::other && nullable && !shape.override_) {
      plan_.notices.push_back(fmt::format("{}: column {} is left NULL: no values are known for type {}",
                                          shape_.tables[table].qualified(), shape.name, shape.type.name));
      return SourcePtr(std::make_unique<Nulls>());
    }
    if (auto source = statistical_source(table, column, nullable)) return std::move(*source);
    auto made = choices_.values(table, picks_.values_column(table, part), picks_.distinct_values(table, part));
    if (!made) return made.errors();
    std::shared_ptr<const Values> values = std::move(*made);
    PickPtr pick = picks_.value(table, part, *values);
    if (nullable) pick = sometimes_null(table, shape.name, {column}, pick);
    return SourcePtr(std::make_unique<Drawn>(selective_->choose(part, pick), values));
  }

  struct Chosen {
    PickPtr pick;
    StatisticalValues made;
  };

  std::optional<SourcePtr> statistical_source(std::size_t table, std::size_t column, bool nullable) {
    auto chosen = statistical_choice(table, column, nullable);
    if (!chosen) return std::nullopt;
    if (!joint_.contains(shape_.tables[table].columns[column].name))
      for (const std::string& what : chosen->made.conflicts) tell_conflict(table, column, what);
    if (layout_.tables[table].deciding(column).how == How::injective)
      keys_[table].capacity = std::min(keys_[table].capacity, chosen->made.values->size());
    return std::make_unique<Drawn>(chosen->pick, chosen->made.values);
  }

  // Keys and the user have the say; where they leave it to them, the column's statistics.
  std::optional<Chosen> statistical_choice(std::size_t table, std::size_t column, bool nullable) {
    std::size_t index = *layout_.tables[table].part_of[column];
    const Part& part = layout_.tables[table].parts[index];
    if (auto joint = joint_.find(shape_.tables[table].columns[column].name); joint != joint_.end())
      return Chosen{selective_->choose(index, joint->second.pick), joint->second.planned.made};
    // Which rows have no value the keys decide, so that those that have one cannot be counted off.
    bool by_key = selective_->gives_nulls(column);
    double nulls = nullable || by_key ? nulls_.fraction(table, {column}) : 0;
    auto planned = statistical_.value(table, column, nulls, by_key ? std::optional(false) : std::nullopt);
    if (!planned) return std::nullopt;
    RankedPick own = selective_->others(index, planned->pick);
    if (part.doubled_beside)
      if (PickPtr beside = beside_pick(table, *part.doubled_beside))
        own = statistical_.with_doubles(table, part, own, nulls, beside);
    return Chosen{selective_->choose(index, nullable ? own.sometimes : own.always), std::move(planned->made)};
  }

  // What tells apart the rows with doubles in another part; null where nobody knows that different choices are
  // different values.
  PickPtr beside_pick(std::size_t table, std::size_t index) {
    const Part& part = layout_.tables[table].parts[index];
    if (part.what != What::value) return reference_pick(table, index, required(table, part), false);
    auto chosen = statistical_choice(table, part.index, statistical_.nullable(table, part.index));
    return chosen ? chosen->pick : nullptr;
  }

  // Columns that chance alone decides, and of which the statistics know how they go together.
  void plan_joint_columns(std::size_t table) {
    const TableShape& shape = shape_.tables[table];
    joint_.clear();
    for (std::size_t column = 0; column < shape.columns.size() && !shape.existing; ++column) {
      const std::string& name = shape.columns[column].name;
      bool wanted = std::any_of(shape.joint.begin(), shape.joint.end(), [&](const JointStatistics& each) {
        return std::find(each.columns.begin(), each.columns.end(), name) != each.columns.end();
      });
      if (!wanted || !layout_.tables[table].part_of[column] || selective_->decides(column)) continue;
      auto planned = statistical_.joint(table, column);
      if (!planned) continue;
      for (const std::string& what : planned->planned.made.conflicts) tell_conflict(table, column, what);
      joint_.emplace(name, std::move(*planned));
    }
    plan_joint(shape.joint, rows_[table], seed(table), joint_);
    for (auto& [name, joint] : joint_)
      if (joint.parents_of) joint.pick = joint.parents_of(joint.pick);
  }

  void tell_conflict(std::size_t table, std::size_t column, std::string_view what) {
    if (what.empty()) return;
    plan_.notices.push_back(fmt::format("{}: column {} differs from its statistics: {}",
                                        shape_.tables[table].qualified(), shape_.tables[table].columns[column].name,
                                        what));
  }

  base::Result<SourcePtr> reference_source(std::size_t table, std::size_t column, bool nullable) {
    std::size_t index = *layout_.tables[table].part_of[column];
    const Part& part = layout_.tables[table].parts[index];
    const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
    if (rows_[key.parent] == 0 && key.parent != table) {
      if (nullable) return SourcePtr(std::make_unique<Nulls>());
      return base::usage_error(
          fmt::format("{}: column {} must point at a row of {}, which has none", describe(shape_.tables[table], key),
                      shape_.tables[table].columns[column].name, shape_.tables[key.parent].qualified()),
          fmt::format("give {} rows in the scenario, or {} none", shape_.tables[key.parent].name,
                      shape_.tables[table].name));
    }
    PickPtr pick = reference_pick(table, index, required(table, part), nullable);
    const SourcePtr& parent = plan_.tables[key.parent].sources[*parent_column(table, column)];
    const Type& type = shape_.tables[table].columns[column].type;
    if (part.partner)
      return make_of_pair(shape_.tables[table], column, pick, picks_.reference(table, *part.partner, true), parent);
    const Type& parent_type = shape_.tables[key.parent].columns[*parent_column(table, column)].type;
    if (type.kind != parent_type.kind) return SourcePtr(std::make_unique<Converted>(pick, parent, type, parent_type));
    return SourcePtr(std::make_unique<Referenced>(pick, parent));
  }

  // All columns of a foreign key point at one row: they must agree on whether one is required.
  bool required(std::size_t table, const Part& part) const {
    return std::any_of(part.columns.begin(), part.columns.end(), [&](std::size_t each) {
      return !statistical_.nullable(table, each) || nulls_.pooled(table, each);
    });
  }

  // The same for all columns of the part, but for NULLs.
  PickPtr reference_pick(std::size_t table, std::size_t index, bool required, bool nullable) {
    const Part& part = layout_.tables[table].parts[index];
    for (std::size_t column : part.columns)
      if (auto joint = joint_.find(shape_.tables[table].columns[column].name); joint != joint_.end())
        return selective_->choose(index, joint->second.pick);
    bool nulls = std::any_of(part.columns.begin(), part.columns.end(),
                             [&](std::size_t each) { return statistical_.nullable(table, each); });
    if (auto pick = statistical_.reference(table, index, nulls ? nulls_.fraction(table, part.columns) : 0)) {
      RankedPick own = selective_->others(index, *pick);
      return selective_->choose(index, nullable ? own.sometimes : own.always);
    }
    PickPtr pick = picks_.reference(table, index, required);
    const std::string& name = shape_.tables[table].foreign_keys[part.index].name;
    return selective_->choose(index, nullable ? sometimes_null(table, name, part.columns, pick) : pick);
  }

  std::optional<std::size_t> parent_column(std::size_t table, std::size_t column) const {
    auto spot = parent_of({table, column});
    return spot ? std::optional(spot->second) : std::nullopt;
  }

  // ---- NULLs -----------------------------------------------------------------------------------------------------

  PickPtr sometimes_null(std::size_t table, std::string_view name, const std::vector<std::size_t>& columns,
                         PickPtr pick) const {
    double fraction = nulls_.fraction(table, columns);
    if (fraction <= 0) return pick;
    return std::make_shared<SometimesNull>(seed(table).derive(name).derive("null"), fraction, pick);
  }

  base::Seed seed(std::size_t table) const { return shape_.seed.derive(shape_.tables[table].qualified()); }

  const DatabaseShape& shape_;
  DatabasePlan& plan_;
  std::vector<std::uint64_t> rows_;
  Layout layout_;
  Choices choices_;
  PartPicks picks_;
  NullShares nulls_;
  StatisticalParts statistical_;
  std::vector<KeyPlan> keys_;
  std::map<std::string, JointColumn> joint_;  // of the table being planned
  std::optional<SelectiveKeys> selective_;    // likewise
};

}  // namespace

void plan_database(const DatabaseShape& shape, DatabasePlan& plan) { Planner(shape, plan).run(); }

}  // namespace pgrehearse::generators
