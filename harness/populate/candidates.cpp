#include "harness/populate/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/populate/limits.hpp"

namespace pgrehearse::populate {
namespace {

constexpr std::size_t kDraws = 2000, kPoolSize = 1000;
constexpr std::size_t kFewValues = 16;  // of a column: then each is worth trying
// Rows for one combination, with different values of the bound columns: few to find candidates, more to be sure.
constexpr std::size_t kFewVariations = 4, kManyVariations = 32;

using Entries = std::vector<generators::ValuePool::Entry>;

std::string signature(const Entries& entries) {
  std::string text;
  for (const auto& entry : entries) text += fmt::format("{}{}\x1f", static_cast<int>(entry.cell), entry.text);
  return text;
}

// Without those that have a constant where the column's own values pass as well, all else being equal.
std::vector<Entries> preferring_own(const std::vector<Entries>& combinations) {
  std::set<std::string> known;
  for (const Entries& entries : combinations) known.insert(signature(entries));
  std::vector<Entries> left;
  for (const Entries& entries : combinations) {
    bool better = false;
    for (std::size_t i = 0; i < entries.size() && !better; ++i) {
      if (entries[i].cell != generators::ValuePool::Cell::value) continue;
      Entries other = entries;
      other[i] = {};
      better = known.contains(signature(other));
    }
    if (!better) left.push_back(entries);
  }
  return left;
}

// As many rows with one set of NULLs as with another, whatever their share among the combinations tried.
std::vector<Entries> balanced(const std::vector<Entries>& combinations) {
  std::map<std::vector<bool>, std::vector<const Entries*>> by_nulls;
  std::size_t most = 0;
  for (const Entries& entries : combinations) {
    std::vector<bool> nulls;
    for (const auto& entry : entries) nulls.push_back(entry.cell == generators::ValuePool::Cell::null);
    by_nulls[nulls].push_back(&entries);
    most = std::max(most, by_nulls[nulls].size());
  }
  std::vector<Entries> pool;
  for (const auto& [nulls, list] : by_nulls)
    for (std::size_t i = 0; i < std::min(most, kPoolSize / by_nulls.size() + 1); ++i)
      pool.push_back(*list[i % list.size()]);
  return pool;
}

// Numbers small and large, where a column's own are all of one size.
std::vector<std::string> magnitudes() {
  std::vector<std::string> found = {"0", "-1", "-10", "-1000"};
  for (std::int64_t number = 1; number <= 1'000'000'000; number = number * 3 + 1)
    found.push_back(std::to_string(number));
  return found;
}

bool contains(const std::vector<std::size_t>& list, std::size_t item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Candidates::Candidates(CheckBench& bench, const generators::TableShape& shape, const TableFacts& facts,
                       CheckGroup group, const std::vector<CheckBench::Tuple>& sample, base::Seed seed)
    : bench_(bench), shape_(shape), facts_(facts), group_(std::move(group)), sample_(sample), random_(seed) {
  for (std::size_t column : group_.columns) sources_.push_back(source(column));
  for (std::size_t i = 0; i < sources_.size(); ++i) borrow(i);
}

// A price and a discounted price come from different ranges when each is made by itself.
void Candidates::borrow(std::size_t borrower) {
  const auto column = [&](std::size_t i) -> const generators::Column& {
    return shape_.columns[bench_.columns()[group_.columns[i]]];
  };
  if (column(borrower).override_) return;
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (i != borrower && column(i).type.name == column(borrower).type.name)
      sources_[borrower].borrowed.insert(sources_[borrower].borrowed.end(), sources_[i].values.begin(),
                                         sources_[i].values.end());
}

Candidates::Source Candidates::source(std::size_t column) {
  const std::size_t position = bench_.columns()[column];
  const generators::Column& shape = shape_.columns[position];
  Source found;
  found.bound = is_bound(position);
  for (const auto& tuple : sample_)
    if (tuple[column]) found.values.push_back(*tuple[column]);
  const bool sampled_null = found.values.size() < sample_.size();
  found.may_be_null = shape.override_ ? sampled_null : !shape.not_null;
  const std::set<std::string> values(found.values.begin(), found.values.end());
  if (values.size() <= kFewValues) found.constants.assign(values.begin(), values.end());
  found.few = values.size() <= kFewValues && !values.empty() && !is_in_key(position);
  if (found.bound || shape.override_) return found;
  if (is_number(shape.type.kind))
    for (const std::string& number : magnitudes())
      if (bench_.can_hold(column, number)) found.borrowed.push_back(number);
  if (shape.type.kind == generators::Kind::json || shape.type.kind == generators::Kind::jsonb)
    found.constants = documents(position);
  for (std::size_t check : group_.checks)
    for (const auto& [at, constant] : facts_.checks[check].constants)
      if (at == position && !values.contains(constant) && bench_.can_hold(column, constant))
        found.constants.push_back(constant);
  return found;
}

// With members that the checks name, and values for them that they name.
std::vector<std::string> Candidates::documents(std::size_t position) const {
  constexpr std::size_t most_names = 12;
  std::vector<std::string> names, values = {"1", "true", "[]", "{}", R"("text")"},
                                  found = {"{}", "[]", "1", R"("text")"};
  for (std::size_t check : group_.checks)
    for (const auto& [at, constant] : facts_.checks[check].constants)
      if (at == position && names.size() < most_names && constant.find_first_of("\"\\") == std::string::npos)
        names.push_back(fmt::format("\"{}\"", constant));
  values.insert(values.end(), names.begin(), names.end());
  for (const std::string& value : values) {
    std::string all;
    for (const std::string& name : names) {
      found.push_back(fmt::format("{{{}: {}}}", name, value));
      all += fmt::format("{}{}: {}", all.empty() ? "" : ", ", name, value);
    }
    found.push_back(fmt::format("{{{}}}", all));
  }
  return found;
}

// Foreign keys and sequences choose their values. A key keeps rows apart by its columns that are not pooled; where the
// group would pool all of them, the one with the most different values is left to it.
bool Candidates::is_bound(std::size_t position) const {
  if (shape_.columns[position].sequence) return true;
  const auto is_foreign = [&](std::size_t column) {
    const auto& keys = shape_.foreign_keys;
    return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return contains(key.columns, column); });
  };
  if (is_foreign(position)) return true;
  const auto poolable = [&](std::size_t column) {
    const auto& columns = group_.columns;
    const auto here = [&](std::size_t place) { return bench_.columns()[place] == column; };
    return !is_foreign(column) && std::any_of(columns.begin(), columns.end(), here);
  };
  return std::any_of(shape_.keys.begin(), shape_.keys.end(), [&](const generators::Key& key) {
    if (!contains(key.columns, position) || !std::all_of(key.columns.begin(), key.columns.end(), poolable))
      return false;
    return *std::max_element(key.columns.begin(), key.columns.end(), [&](std::size_t a, std::size_t b) {
      return different_values(a) < different_values(b);
    }) == position;
  });
}

bool Candidates::is_in_key(std::size_t position) const {
  return std::any_of(shape_.keys.begin(), shape_.keys.end(),
                     [&](const generators::Key& key) { return contains(key.columns, position); });
}

std::size_t Candidates::different_values(std::size_t position) const {
  const auto place = std::find(bench_.columns().begin(), bench_.columns().end(), position) - bench_.columns().begin();
  std::set<std::optional<std::string>> values;
  for (const auto& tuple : sample_) values.insert(tuple[static_cast<std::size_t>(place)]);
  return values.size();
}

// Own values keep what the columns have: their variety, their distribution, their part in keys. Only where they do not
// pass together, or where a column would always be NULL for it, values are taken as they were sampled.
generators::ValuePool Candidates::pool() {
  accepted_ = preferring_own(search(Material::own));
  if (some_column_always_null(accepted_))
    for (auto& entries : search(Material::sampled)) accepted_.push_back(std::move(entries));
  generators::ValuePool pool;
  for (std::size_t check : group_.checks) pool.name += (pool.name.empty() ? "" : ", ") + facts_.checks[check].name;
  for (std::size_t column : group_.columns) pool.columns.push_back(bench_.columns()[column]);
  pool.tuples = balanced(accepted_);
  return pool;
}

std::vector<std::vector<Candidates::Entry>> Candidates::search(Material material) {
  std::vector<std::vector<Entry>> left;
  std::set<std::string> seen;
  for (std::size_t n = 0; n < kDraws; ++n) {
    auto entries = draw(material, n);
    if (seen.insert(signature(entries)).second) left.push_back(std::move(entries));
  }
  if (material == Material::sampled) solve(left);
  for (std::size_t variations : {kFewVariations, kManyVariations}) {
    const auto passed = judge(left, variations);
    std::vector<std::vector<Entry>> good;
    for (std::size_t i = 0; i < left.size() && good.size() < kPoolSize; ++i)
      if (passed[i]) good.push_back(std::move(left[i]));
    left = std::move(good);
  }
  return left;
}

// Where a check says what a column equals, the server works it out.
void Candidates::solve(std::vector<std::vector<Entry>>& combinations) {
  for (std::size_t check : group_.checks)
    for (const auto& [position, expression] : facts_.checks[check].equations)
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        const std::size_t column = group_.columns[i];
        if (bench_.columns()[column] != position || sources_[i].bound || shape_.columns[position].override_) continue;
        std::vector<CheckBench::Tuple> rows;
        for (const auto& entries : combinations) rows.push_back(variation(entries));
        const auto results = bench_.evaluate(expression, column, rows);
        for (std::size_t row = 0; row < rows.size(); ++row)
          if (results[row]) combinations[row][i] = {Cell::value, *results[row]};
      }
}

// True of no combinations at all.
bool Candidates::some_column_always_null(const std::vector<std::vector<Entry>>& combinations) const {
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (std::all_of(combinations.begin(), combinations.end(), [&](const auto& c) { return c[i].cell == Cell::null; }))
      return true;
  return false;
}

std::vector<bool> Candidates::judge(const std::vector<std::vector<Entry>>& combinations, std::size_t variations) {
  std::vector<CheckBench::Tuple> rows;
  std::vector<std::size_t> ends;  // of each combination's rows
  for (const auto& entries : combinations) {
    const bool varies = std::any_of(entries.begin(), entries.end(), [](const Entry& e) { return e.cell == Cell::own; });
    for (std::size_t n = 0; n < (varies ? variations : 1); ++n) rows.push_back(variation(entries));
    ends.push_back(rows.size());
  }
  const auto verdicts = bench_.judge(rows);
  std::vector<bool> passed;
  for (std::size_t i = 0, row = 0; i < combinations.size(); ++i) {
    bool all = true;
    for (; row < ends[i]; ++row) all = all && passes(verdicts[row]);
    passed.push_back(all);
  }
  return passed;
}

// Some with many NULLs, some with many constants, some with neither.
std::vector<Candidates::Entry> Candidates::draw(Material material, std::size_t number) {
  static constexpr double null_shares[] = {0, 0.15, 0.5, 0.85}, constant_shares[] = {0, 0.5, 0.9};
  const double null_share = null_shares[number % 4], constant_share = constant_shares[number / 4 % 3];
  std::vector<Entry> entries;
  for (const Source& source : sources_) entries.push_back(draw_cell(source, material, null_share, constant_share));
  // Equal values of one type, for checks that ask for them.
  const auto type = [&](std::size_t i) { return shape_.columns[bench_.columns()[group_.columns[i]]].type.name; };
  for (std::size_t i = 1; i < entries.size() && number % 10 == 9; ++i)
    if (entries[i].cell == Cell::value && entries[i - 1].cell == Cell::value && type(i) == type(i - 1))
      entries[i] = entries[i - 1];
  return entries;
}

Candidates::Entry Candidates::draw_cell(const Source& source, Material material, double null_share,
                                        double constant_share) {
  if (source.may_be_null && (source.values.empty() || random_.unit() < null_share)) return {Cell::null, {}};
  if (source.bound) return {Cell::own, {}};
  const bool constant = !source.constants.empty() && (source.values.empty() || random_.unit() < constant_share);
  if (!constant && !source.few && (material == Material::own || source.values.empty())) return {Cell::own, {}};
  const bool borrow = !source.borrowed.empty() && random_.unit() < 0.5;
  const auto& from = constant ? source.constants : borrow ? source.borrowed : source.values;
  return {Cell::value, from[random_.below(from.size())]};
}

// Keys and references are drawn apart from each other: whether equal ones pass is another question, see different().
CheckBench::Tuple Candidates::variation(const std::vector<Entry>& entries) {
  CheckBench::Tuple row(bench_.columns().size());
  std::set<std::string> used;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto& cell = row[group_.columns[i]];
    if (entries[i].cell == Cell::value) cell = entries[i].text;
    if (entries[i].cell != Cell::own || sources_[i].values.empty()) continue;
    for (int attempt = 0; attempt < 8; ++attempt) {
      cell = sources_[i].values[random_.below(sources_[i].values.size())];
      if (!sources_[i].bound || used.insert(*cell).second) break;
    }
  }
  return row;
}

bool Candidates::passes(const std::vector<bool>& verdict) const {
  return std::all_of(group_.checks.begin(), group_.checks.end(), [&](std::size_t check) { return verdict[check]; });
}

std::vector<generators::Different> Candidates::different() {
  std::vector<generators::Different> pairs;
  for (std::size_t left = 0; left < sources_.size(); ++left)
    for (std::size_t right = left + 1; right < sources_.size(); ++right)
      if (fails_when_equal(left, right))
        pairs.push_back({bench_.columns()[group_.columns[left]], bench_.columns()[group_.columns[right]]});
  return pairs;
}

bool Candidates::fails_when_equal(std::size_t left, std::size_t right) {
  const auto column = [&](std::size_t i) { return bench_.columns()[group_.columns[i]]; };
  const auto drawn_alone = [&](std::size_t i) { return sources_[i].bound || is_in_key(column(i)); };
  if (!drawn_alone(left) || !drawn_alone(right)) return false;
  if (shape_.columns[column(left)].type.oid != shape_.columns[column(right)].type.oid) return false;
  std::vector<CheckBench::Tuple> rows;
  for (const auto& entries : accepted_) {
    if (entries[left].cell != Cell::own || entries[right].cell != Cell::own) continue;
    rows.push_back(variation(entries));
    rows.back()[group_.columns[right]] = rows.back()[group_.columns[left]];
  }
  const auto verdicts = bench_.judge(rows);
  return std::any_of(verdicts.begin(), verdicts.end(), [&](const auto& verdict) { return !passes(verdict); });
}

}  // namespace pgrehearse::populate
