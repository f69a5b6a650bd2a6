#include "harness/populate/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pgrehearse::populate {
namespace {

constexpr std::size_t kDraws = 2000, kPoolSize = 1000;
constexpr std::size_t kVariations = 6;  // of the bound columns' values, for one combination

bool contains(const std::vector<std::size_t>& list, std::size_t item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Candidates::Candidates(CheckBench& bench, const generators::TableShape& shape, const TableFacts& facts,
                       CheckGroup group, const std::vector<CheckBench::Tuple>& sample, base::Seed seed)
    : bench_(bench), shape_(shape), facts_(facts), group_(std::move(group)), sample_(sample), random_(seed) {
  for (std::size_t column : group_.columns) sources_.push_back(source(column));
}

Candidates::Source Candidates::source(std::size_t column) {
  const std::size_t position = bench_.columns()[column];
  const generators::Column& shape = shape_.columns[position];
  Source found;
  found.bound = is_bound(position);
  bool sampled_null = false;
  for (const auto& tuple : sample_) {
    if (tuple[column]) found.values.push_back(*tuple[column]);
    sampled_null |= !tuple[column];
  }
  found.may_be_null = shape.override_ ? sampled_null : !shape.not_null;
  if (found.bound || shape.override_) return found;
  for (std::size_t check : group_.checks)
    if (contains(facts_.checks[check].columns, position))
      for (const std::string& constant : facts_.checks[check].constants)
        if (bench_.can_hold(column, constant)) found.constants.push_back(constant);
  return found;
}

// A key keeps its rows apart by the columns that are not pooled, so some must be left to it.
bool Candidates::is_bound(std::size_t position) const {
  if (shape_.columns[position].sequence) return true;
  const auto& foreign_keys = shape_.foreign_keys;
  const auto is_foreign = [&](std::size_t column) {
    return std::any_of(foreign_keys.begin(), foreign_keys.end(),
                       [&](const auto& key) { return contains(key.columns, column); });
  };
  if (is_foreign(position)) return true;
  return std::any_of(shape_.keys.begin(), shape_.keys.end(), [&](const generators::Key& key) {
    return contains(key.columns, position) &&
           std::all_of(key.columns.begin(), key.columns.end(), [&](std::size_t column) {
             return contains(group_.columns, static_cast<std::size_t>(
                                                 std::find(bench_.columns().begin(), bench_.columns().end(), column) -
                                                 bench_.columns().begin())) &&
                    !is_foreign(column);
           });
  });
}

generators::ValuePool Candidates::pool() {
  std::vector<std::vector<Entry>> drawn;
  std::vector<CheckBench::Tuple> rows;
  std::vector<std::size_t> ends;  // of each combination's rows
  std::set<std::string> seen;
  for (std::size_t n = 0; n < kDraws; ++n) {
    auto entries = draw(n);
    std::string signature;
    for (const Entry& entry : entries) signature += fmt::format("{}{}\x1f", static_cast<int>(entry.cell), entry.text);
    if (!seen.insert(signature).second) continue;
    for (auto& row : variations(entries)) rows.push_back(std::move(row));
    ends.push_back(rows.size());
    drawn.push_back(std::move(entries));
  }
  const auto verdicts = bench_.judge(rows);
  for (std::size_t i = 0, row = 0; i < drawn.size(); ++i) {
    bool all = true;
    for (; row < ends[i]; ++row) all &= passes(verdicts[row]);
    if (all && accepted_.size() < kPoolSize) accepted_.push_back(drawn[i]);
  }
  generators::ValuePool pool;
  for (std::size_t check : group_.checks) pool.name += (pool.name.empty() ? "" : ", ") + facts_.checks[check].name;
  for (std::size_t column : group_.columns) pool.columns.push_back(bench_.columns()[column]);
  pool.tuples = accepted_;
  return pool;
}

// Some as the columns come, some with the constants, some with many NULLs.
std::vector<Candidates::Entry> Candidates::draw(std::size_t number) {
  static constexpr double null_shares[] = {0, 0.15, 0.5, 0.85}, constant_shares[] = {0, 0.5, 0.9};
  const double null_share = null_shares[number % 4], constant_share = constant_shares[number / 4 % 3];
  std::vector<Entry> entries;
  for (const Source& source : sources_) entries.push_back(draw_cell(source, null_share, constant_share));
  // Equal values of one type, for checks that ask for them.
  if (number % 10 == 9)
    for (std::size_t i = 1; i < entries.size(); ++i) {
      const auto type = [&](std::size_t k) { return shape_.columns[bench_.columns()[group_.columns[k]]].type.oid; };
      if (entries[i].cell == Cell::value && entries[i - 1].cell == Cell::value && type(i) == type(i - 1))
        entries[i] = entries[i - 1];
    }
  return entries;
}

Candidates::Entry Candidates::draw_cell(const Source& source, double null_share, double constant_share) {
  const bool nothing_else = source.values.empty() && source.constants.empty();
  if (source.may_be_null && (nothing_else || random_.unit() < null_share)) return {Cell::null, {}};
  if (source.bound || nothing_else) return {Cell::own, {}};
  const bool constant = !source.constants.empty() && (source.values.empty() || random_.unit() < constant_share);
  const auto& from = constant ? source.constants : source.values;
  return {Cell::value, from[random_.below(from.size())]};
}

std::vector<CheckBench::Tuple> Candidates::variations(const std::vector<Entry>& entries) {
  const bool own = std::any_of(entries.begin(), entries.end(), [](const Entry& e) { return e.cell == Cell::own; });
  std::vector<CheckBench::Tuple> rows;
  for (std::size_t n = 0; n < (own ? kVariations : 1); ++n) rows.push_back(variation(entries));
  return rows;
}

// Own values are drawn apart from each other: whether equal ones pass is another question, see different().
CheckBench::Tuple Candidates::variation(const std::vector<Entry>& entries) {
  CheckBench::Tuple row(bench_.columns().size());
  std::set<std::string> used;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto& cell = row[group_.columns[i]];
    if (entries[i].cell == Cell::value) cell = entries[i].text;
    if (entries[i].cell != Cell::own || sources_[i].values.empty()) continue;
    for (int attempt = 0; attempt < 8; ++attempt) {
      cell = sources_[i].values[random_.below(sources_[i].values.size())];
      if (used.insert(*cell).second) break;
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
  const auto type = [&](std::size_t i) { return shape_.columns[bench_.columns()[group_.columns[i]]].type.oid; };
  if (!sources_[left].bound || !sources_[right].bound || type(left) != type(right)) return false;
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
