#include "generators/growth.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "generators/ordinals.hpp"
#include "generators/statistical_reference.hpp"
#include "generators/type_family.hpp"

namespace pgrehearse::generators {
namespace {

using TableName = std::pair<std::string, std::string>;

std::map<TableName, const TableStatistics*> by_name(const std::vector<TableStatistics>& tables) {
  std::map<TableName, const TableStatistics*> named;
  for (const TableStatistics& table : tables) named[{table.schema, table.name}] = &table;
  return named;
}

std::optional<std::int64_t> whole_number(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (!text) return std::nullopt;
  auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
  return problem == std::errc() && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
}

// Histograms anew, with as many bounds, of what is left when values that chance made common are none any more.
class Evened {
 public:
  Evened(const ColumnStatistics& statistics, const Type& type)
      : marks_(statistics.marks), stretches_(stretches_of(statistics)) {
    const Limits none;
    ordinals_ = make_ordinals(type, none, marks_, {});
    drop_common_by_chance(stretches_, statistics);
    for (Stretch& stretch : stretches_) stretch.room = room(stretch);
    share_buckets(stretches_);
  }

  std::vector<Mark> marks() const {
    double rest = 0, sum = 0;
    for (const Stretch& stretch : stretches_) rest += stretch.common() ? 0 : stretch.mass;
    auto common = std::count_if(marks_.begin(), marks_.end(), [](const Mark& mark) { return mark.common(); });
    double buckets = static_cast<double>(marks_.size()) - static_cast<double>(common) - 1, bounds = 0;
    std::vector<Mark> made;
    for (const Stretch& stretch : stretches_) {
      if (stretch.common()) made.push_back(marks_[stretch.low]);
      for (; !stretch.common() && bounds <= buckets; ++bounds) {
        double share = (bounds / buckets * rest - sum) / stretch.mass;
        if (share > 1 + kRounding) break;
        made.push_back(between(stretch, std::clamp(share, 0.0, 1.0)));
      }
      sum += stretch.common() ? 0 : stretch.mass;
    }
    return made;
  }

 private:
  static constexpr double kRounding = 1e-9;

  std::optional<std::int64_t> ordinal(std::size_t mark) const {
    return ordinals_ && marks_[mark].value ? ordinals_->parse(*marks_[mark].value) : std::nullopt;
  }
  std::uint64_t room(const Stretch& stretch) const {
    auto low = ordinal(stretch.low), high = ordinal(stretch.high);
    if (stretch.common() || !low || !high) return 1;
    std::int64_t room = *high - *low - 1 + (stretch.with_low ? 1 : 0) + (stretch.with_high ? 1 : 0);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(room, stretch.with_low ? 1 : 0));
  }
  Mark between(const Stretch& stretch, double share) const {
    Mark mark = marks_[share < 0.5 ? stretch.low : stretch.high];
    mark.frequency = 0;
    auto low = ordinal(stretch.low), high = ordinal(stretch.high);
    if (!low || !high) return mark;
    mark.value.emplace();
    ordinals_->text(*low + std::llround(static_cast<double>(*high - *low) * share), *mark.value);
    return mark;
  }

  const std::vector<Mark>& marks_;
  std::vector<Stretch> stretches_;
  OrdinalsPtr ordinals_;
};

void drop_common_by_chance(ColumnStatistics& statistics, const Type& type) {
  std::vector<Mark> marks = Evened(statistics, type).marks();
  if (std::any_of(marks.begin(), marks.end(), [](const Mark& mark) { return !mark.common(); }))
    statistics.marks = std::move(marks);
}

// Numbers without doubles stay to be compared by where they lie; of others it is not known which ones will be common.
void move_marks(ColumnStatistics& statistics, std::int64_t from, double reach) {
  bool common = std::any_of(statistics.marks.begin(), statistics.marks.end(), [](const Mark& m) { return m.common(); });
  for (Mark& mark : statistics.marks) {
    auto number = common ? std::nullopt : whole_number(mark.value);
    mark.value.reset();
    if (number) mark.value = std::to_string(from + std::llround(static_cast<double>(*number - from) * reach));
  }
}

struct Place {
  std::size_t table = 0, column = 0;
};

class Growth {
 public:
  Growth(const std::vector<TableStatistics>& made, const DatabaseShape& schema,
         const std::vector<TableStatistics>& statistics)
      : schema_(schema), made_(by_name(made)), before_(by_name(statistics)) {}

  // `change` takes a place and the statistics of its column, which it may change.
  template <class Change>
  void each_column(std::vector<TableStatistics>& tables, Change change) const {
    for (TableStatistics& statistics : tables)
      for (std::size_t table = 0; table < schema_.tables.size(); ++table) {
        const TableShape& shape = schema_.tables[table];
        if (shape.schema != statistics.schema || shape.name != statistics.name) continue;
        for (std::size_t column = 0; column < shape.columns.size(); ++column)
          if (auto found = statistics.columns.find(shape.columns[column].name); found != statistics.columns.end())
            change(Place{table, column}, found->second);
      }
  }

  SameSize compared(std::vector<TableStatistics> wanted, std::vector<TableStatistics> made) const {
    each_column(made, [&](Place place, ColumnStatistics& statistics) {
      if (!gets_more_values(place)) return;
      const std::uint64_t rows = std::exchange(statistics.rows, this->rows(place));
      drop_common_by_chance(statistics, column(place).type);
      statistics.rows = rows;
    });
    each_column(wanted, [&](Place place, ColumnStatistics& statistics) {
      if (auto before = this->before(place)) statistics = grown(place, std::move(*before));
    });
    return {std::move(wanted), std::move(made)};
  }

 private:
  // How far the values of a column move.
  struct Move {
    std::int64_t from = 0;
    double reach = 1;
  };
  struct Reference {
    const ForeignKey* key;
    Place parent;
  };

  using Named = std::map<TableName, const TableStatistics*>;
  const TableStatistics* of(const Named& named, std::size_t table) const {
    auto found = named.find({schema_.tables[table].schema, schema_.tables[table].name});
    return found == named.end() || found->second->rows == 0 ? nullptr : found->second;
  }
  const Column& column(Place place) const { return schema_.tables[place.table].columns[place.column]; }
  std::uint64_t rows(Place place) const { return of(made_, place.table)->rows; }

  // None where nothing is known of the column, or it is of another type now.
  std::optional<ColumnStatistics> before(Place place) const {
    const TableStatistics* table = of(before_, place.table);
    if (table == nullptr || of(made_, place.table) == nullptr) return std::nullopt;
    auto found = table->columns.find(column(place).name);
    if (found == table->columns.end() || !same_kind_of_type(found->second.type, column(place).type.name))
      return std::nullopt;
    ColumnStatistics statistics = found->second;
    statistics.rows = table->rows;
    return statistics;
  }

  std::optional<Reference> reference(Place place) const {
    for (const ForeignKey& key : schema_.tables[place.table].foreign_keys)
      for (std::size_t i = 0; i < key.columns.size(); ++i)
        if (key.columns[i] == place.column) return Reference{&key, {key.parent, key.parent_columns[i]}};
    return std::nullopt;
  }

  bool unique(Place place) const {
    const auto& keys = schema_.tables[place.table].keys;
    return std::any_of(keys.begin(), keys.end(),
                       [&](const Key& key) { return key.columns == std::vector{place.column}; });
  }

  Wanted wanted(Place place) const {
    const Column& shape = column(place);
    return {shape.name, &shape.type, &shape.limits, nullptr, unique(place), rows(place), {}};
  }

  ColumnStatistics grown(Place place, ColumnStatistics statistics) const {
    auto reference = this->reference(place);
    Move move = this->move(place, 0);
    if (rows(place) == statistics.rows && move.reach == 1 && !parents_grew(reference)) return statistics;
    std::optional<StatisticalValues> values;
    if (!unique(place) && reference) values = referring(place, *reference, statistics);
    if (!unique(place) && !reference && statistics.distinct < 0) values = own(place, statistics);
    if (gets_more_values(place)) drop_common_by_chance(statistics, column(place).type);
    if (values && values->distribution) statistics.distinct = analysed(*values, place, statistics);
    if (move.reach != 1) move_marks(statistics, move.from, move.reach);
    return statistics;
  }

  // See drop_common_by_chance().
  bool gets_more_values(Place place) const {
    auto before = this->before(place);
    return before && rows(place) > before->rows && (before->distinct < 0 || reference(place));
  }

  bool parents_grew(const std::optional<Reference>& reference) const {
    auto parent = reference ? before(reference->parent) : std::nullopt;
    return parent && parent->rows != rows(reference->parent);
  }

  std::optional<StatisticalValues> own(Place place, const ColumnStatistics& statistics) const {
    const Wanted wanted = this->wanted(place);
    auto planned = plan_statistical_column({wanted, statistics, statistics.null_fraction}, {});
    return planned ? std::optional(std::move(planned->made)) : std::nullopt;
  }

  std::optional<StatisticalValues> referring(Place place, const Reference& reference,
                                             const ColumnStatistics& statistics) const {
    auto parent = before(reference.parent);
    if (!parent) return std::nullopt;
    Parents parents;
    parents.rows = rows(reference.parent);
    parents.statistics = &*parent;
    const auto& fan_outs = of(before_, place.table)->fan_outs;
    auto fan_out = fan_outs.find(reference.key->name);
    auto planned = plan_statistical_reference(wanted(place), statistics, statistics.null_fraction,
                                              fan_out == fan_outs.end() ? nullptr : &fan_out->second, parents, {});
    return planned ? std::optional(std::move(planned->numbers.made)) : std::nullopt;
  }

  // The number of different values that ANALYZE will estimate from what it reads of so many rows.
  double analysed(const StatisticalValues& values, Place place, const ColumnStatistics& statistics) const {
    const auto& columns = of(made_, place.table)->columns;
    auto found = columns.find(column(place).name);
    Sample sample = sample_of(found == columns.end() ? statistics : found->second, static_cast<double>(rows(place)),
                              statistics.null_fraction);
    sample.even = values.even || is_sorted(statistics.correlation.value_or(0));
    sample.pattern = values.distribution->as_pattern();
    return estimated_distinct(values.distribution->as_stretches(), sample);
  }

  // What points at a column moves with it.
  Move move(Place place, std::size_t depth) const {
    auto statistics = before(place);
    if (!statistics || depth > schema_.tables.size()) return {};
    if (auto reference = this->reference(place)) return move(reference->parent, depth + 1);
    auto first = statistics->marks.empty() ? std::nullopt : whole_number(statistics->marks.front().value);
    auto made = first ? own(place, *statistics) : std::nullopt;
    return made ? Move{*first, made->reach} : Move{};
  }

  const DatabaseShape& schema_;
  Named made_, before_;
};

}  // namespace

SameSize at_same_size(const std::vector<TableStatistics>& statistics, const std::vector<TableStatistics>& made,
                      const DatabaseShape& schema) {
  return Growth(made, schema, statistics).compared(statistics, made);
}

}  // namespace pgrehearse::generators
