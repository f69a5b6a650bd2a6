#include "harness/populate/value_pools.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "harness/populate/apart.hpp"
#include "harness/populate/candidates.hpp"
#include "harness/populate/check_bench.hpp"
#include "harness/populate/hints.hpp"

namespace pgrehearse::populate {
namespace {

constexpr std::uint64_t kSampleRows = 1000;

bool contains(const std::vector<std::size_t>& list, std::size_t item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// Rows spread evenly over the table.
std::vector<CheckBench::Tuple> sample_rows(const generators::Generator& generator, std::size_t table,
                                           const std::vector<std::size_t>& columns) {
  const std::uint64_t rows = generator.rows(table), count = std::min(rows, kSampleRows);
  std::vector<CheckBench::Tuple> sample;
  for (std::uint64_t i = 0; i < count; ++i) {
    auto& tuple = sample.emplace_back();
    for (std::size_t column : columns) tuple.push_back(generator.text(table, i * rows / count, column));
  }
  return sample;
}

// By places in bench.columns(): those of a check's columns that are NULL in some rows.
std::vector<std::size_t> nullable_places(const CheckBench& bench, const generators::TableShape& shape,
                                         const Check& check) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < bench.columns().size(); ++place) {
    const generators::Column& column = shape.columns[bench.columns()[place]];
    const auto& wanted = column.override_;
    const bool never = column.not_null || column.sequence || (wanted && wanted->null_fraction == 0.0);
    if (!never && contains(check.columns, bench.columns()[place])) places.push_back(place);
  }
  return places;
}

// Several columns are rarely NULL at once, so that a sample may not have it: the same rows with every set of NULLs.
std::vector<CheckBench::Tuple> with_nulls(const CheckBench& bench, const generators::TableShape& shape,
                                          const TableFacts& facts, const std::vector<CheckBench::Tuple>& sample) {
  constexpr std::size_t rows_each = 40, most_columns = 5;
  std::vector<CheckBench::Tuple> rows;
  for (const Check& check : facts.checks) {
    auto places = nullable_places(bench, shape, check);
    if (check.columns.size() < 2 || sample.empty()) continue;
    places.resize(std::min(places.size(), most_columns));
    for (std::size_t nulls = 1; nulls < std::size_t{1} << places.size(); ++nulls)
      for (std::size_t i = 0; i < rows_each; ++i) {
        auto& row = rows.emplace_back(sample[(nulls * rows_each + i) % sample.size()]);
        for (std::size_t bit = 0; bit < places.size(); ++bit)
          if ((nulls >> bit & 1) != 0) row[places[bit]] = std::nullopt;
      }
  }
  return rows;
}

std::vector<std::size_t> failing_checks(const CheckBench::Verdicts& verdicts, std::size_t checks) {
  std::vector<std::size_t> failing;
  for (std::size_t check = 0; check < checks; ++check)
    if (std::any_of(verdicts.begin(), verdicts.end(), [&](const auto& verdict) { return !verdict[check]; }))
      failing.push_back(check);
  return failing;
}

// Failing checks that share a column belong together; checks on no other columns than theirs come along.
class Grouping {
 public:
  Grouping(const CheckBench& bench, const TableFacts& facts, const std::vector<std::size_t>& failing)
      : bench_(bench), facts_(facts), leader_(bench.columns().size()) {
    std::iota(leader_.begin(), leader_.end(), std::size_t{0});
    for (std::size_t check : failing) {
      const auto columns = places(check);
      for (std::size_t column : columns) leader_[find(column)] = find(columns.front());
    }
    for (std::size_t check : failing) add(find(places(check).front()));
  }

  const std::vector<CheckGroup>& groups() const { return groups_; }

 private:
  std::vector<std::size_t> places(std::size_t check) const {
    std::vector<std::size_t> found;
    for (std::size_t column : facts_.checks[check].columns)
      found.push_back(static_cast<std::size_t>(std::find(bench_.columns().begin(), bench_.columns().end(), column) -
                                               bench_.columns().begin()));
    return found;
  }

  std::size_t find(std::size_t column) const {
    while (leader_[column] != column) column = leader_[column];
    return column;
  }

  void add(std::size_t leader) {
    CheckGroup group;
    for (std::size_t column = 0; column < leader_.size(); ++column)
      if (find(column) == leader) group.columns.push_back(column);
    if (std::any_of(groups_.begin(), groups_.end(), [&](const auto& g) { return g.columns == group.columns; })) return;
    for (std::size_t check = 0; check < facts_.checks.size(); ++check) {
      const auto columns = places(check);
      if (!columns.empty() &&
          std::all_of(columns.begin(), columns.end(), [&](std::size_t c) { return find(c) == leader; }))
        group.checks.push_back(check);
    }
    groups_.push_back(std::move(group));
  }

  const CheckBench& bench_;
  const TableFacts& facts_;
  std::vector<std::size_t> leader_;
  std::vector<CheckGroup> groups_;
};

base::Error unsatisfied(const generators::TableShape& shape, const TableFacts& facts,
                        const std::vector<std::size_t>& checks) {
  std::vector<std::string> texts, columns;
  for (std::size_t check : checks) {
    texts.push_back(fmt::format("{}: {}", facts.checks[check].name, facts.checks[check].definition));
    for (std::size_t column : facts.checks[check].columns)
      if (std::find(columns.begin(), columns.end(), shape.columns[column].name) == columns.end())
        columns.push_back(shape.columns[column].name);
  }
  return base::usage_error(
      fmt::format("no generated rows of table {} satisfy {}", shape.qualified(), fmt::join(texts, " and ")),
      fmt::format("say in the scenario what the columns hold: data.tables.{}.columns, for {}", shape.name,
                  fmt::join(columns, ", ")));
}

bool judged(const Catalog& catalog, const generators::Generator& generator, std::size_t table) {
  return !catalog.tables[table].checks.empty() && !catalog.shape.tables[table].existing && generator.rows(table) > 0;
}

bool gives_values(const generators::ValuePool& pool, std::size_t column) {
  const auto at = std::find(pool.columns.begin(), pool.columns.end(), column) - pool.columns.begin();
  return static_cast<std::size_t>(at) < pool.columns.size() &&
         std::any_of(pool.tuples.begin(), pool.tuples.end(), [&](const auto& tuple) {
           return tuple[static_cast<std::size_t>(at)].cell == generators::ValuePool::Cell::value;
         });
}

// A key cannot count on values from a pool: what is left of its columns must do alone, and is a key itself.
void strengthen_keys(generators::TableShape& shape, const generators::ValuePool& pool) {
  const std::size_t keys = shape.keys.size();
  for (std::size_t i = 0; i < keys; ++i) {
    generators::Key key = shape.keys[i];
    std::erase_if(key.columns, [&](std::size_t column) { return gives_values(pool, column); });
    key.primary = false;
    if (!key.columns.empty() && key.columns.size() < shape.keys[i].columns.size()) shape.keys.push_back(std::move(key));
  }
}

// Leaves in `failing` what limits of single columns cannot mend.
void settle(CheckBench& bench, const TableFacts& facts, const std::vector<CheckBench::Tuple>& sample,
            generators::TableShape& shape, std::vector<std::size_t>& failing) {
  std::set<std::size_t> settled = try_text_forms(bench, facts, failing, shape);
  settled.merge(divide_ordered_keys(bench, facts, sample, shape));
  settled.merge(keep_in_order(facts, failing, shape));
  std::erase_if(failing, [&](std::size_t check) {
    const auto& columns = facts.checks[check].columns;
    return std::all_of(columns.begin(), columns.end(), [&](std::size_t column) { return settled.contains(column); });
  });
}

bool in_order(const generators::TableShape& shape, generators::Different pair) {
  return std::any_of(shape.ascending.begin(), shape.ascending.end(), [&](const generators::Ascending& ascending) {
    return std::set{pair.left, pair.right} == std::set{ascending.low, ascending.high};
  });
}

// True when something was added.
bool add_pools(CheckBench& bench, const generators::Generator& generator, std::size_t table, bool may_tie,
               Catalog& catalog, base::Errors& errors) {
  generators::TableShape& shape = catalog.shape.tables[table];
  const TableFacts& facts = catalog.tables[table];
  const auto sample = sample_rows(generator, table, bench.columns());
  auto judged_rows = with_nulls(bench, shape, facts, sample);
  judged_rows.insert(judged_rows.end(), sample.begin(), sample.end());
  auto failing = failing_checks(bench.judge(judged_rows), facts.checks.size());
  const bool changes = !failing.empty() || !facts.unequal.empty();
  if (may_tie) settle(bench, facts, sample, shape, failing);
  const Grouping grouping(bench, facts, failing);
  for (const CheckGroup& group : grouping.groups()) {
    Candidates candidates(bench, shape, facts, group, sample,
                          catalog.shape.seed.derive("value pools").derive(shape.qualified()));
    auto pool = candidates.pool();
    if (pool.tuples.empty()) {
      errors.push_back(unsatisfied(shape, facts, group.checks));
      continue;
    }
    for (const auto& pair : candidates.different()) keep_apart(generator, table, pair, shape);
    strengthen_keys(shape, pool);
    shape.pools.push_back(std::move(pool));
  }
  for (const auto& pair : facts.unequal)
    if (!in_order(shape, pair)) keep_apart(generator, table, pair, shape);
  return changes;
}

}  // namespace

base::Result<bool> add_value_pools(postgres::Session& session, const generators::Generator& generator,
                                   const MayTie& may_tie, Catalog& catalog) {
  try {
    bool added = false;
    base::Errors errors;
    for (std::size_t table = 0; table < catalog.tables.size(); ++table) {
      if (!judged(catalog, generator, table)) continue;
      CheckBench bench(session, catalog.shape.tables[table], catalog.tables[table]);
      added |= add_pools(bench, generator, table, may_tie[table], catalog, errors);
    }
    if (!errors.empty()) return errors;
    return added;
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "trying the tables' CHECK constraints");
  }
}

base::Result<FailingTables> verify_checks(postgres::Session& session, const generators::Generator& generator,
                                          const Catalog& catalog) {
  try {
    FailingTables failing_tables;
    for (std::size_t table = 0; table < catalog.tables.size(); ++table) {
      if (!judged(catalog, generator, table)) continue;
      const TableFacts& facts = catalog.tables[table];
      CheckBench bench(session, catalog.shape.tables[table], facts);
      const auto sample = sample_rows(generator, table, bench.columns());
      const auto failing = failing_checks(bench.judge(sample), facts.checks.size());
      if (failing.empty()) continue;
      failing_tables.tables.push_back(table);
      failing_tables.errors.push_back(unsatisfied(catalog.shape.tables[table], facts, failing));
    }
    return failing_tables;
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "trying the tables' CHECK constraints");
  }
}

}  // namespace pgrehearse::populate
