#include "harness/load/derive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/load/script.hpp"
#include "harness/load/table_lookup.hpp"
#include "harness/load/table_scripts.hpp"

namespace pgrehearse::load {
namespace {

constexpr double touched_share = 2.0 / 3;

// Two columns whose variables would have the same name cannot be told apart in a script.
bool has_distinct_variables(const generators::TableShape& table) {
  std::set<std::string> names;
  return std::all_of(table.columns.begin(), table.columns.end(),
                     [&](const auto& column) { return names.insert(variable_suffix(column.name)).second; });
}

bool is_usable(const generators::Generator& tables, std::size_t table) {
  const auto& shape = tables.shape().tables[table];
  return tables.rows(table) > 0 && !primary_key(shape).empty() && has_distinct_variables(shape);
}

// The usable tables for which `wanted` says yes: the largest ones, largest first.
template <class Wanted>
std::vector<std::size_t> largest(const generators::Generator& tables, std::size_t limit, Wanted wanted) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < tables.shape().tables.size(); ++i) {
    if (is_usable(tables, i) && wanted(tables.shape().tables[i].qualified())) found.push_back(i);
  }
  std::stable_sort(found.begin(), found.end(), [&](auto a, auto b) { return tables.rows(a) > tables.rows(b); });
  found.resize(std::min(found.size(), limit));
  return found;
}

// Adds the scripts of a group of tables; their weights sum up to `share`.
template <class Make>
void add_group(const generators::Generator& tables, const std::vector<std::size_t>& group, double share, Make make,
               std::vector<Draft>& drafts) {
  const std::size_t first = drafts.size();
  double sum = 0;
  for (std::size_t table : group) {
    for (Draft& draft : make(table)) {
      draft.weight *= std::sqrt(static_cast<double>(tables.rows(table)));
      sum += draft.weight;
      drafts.push_back(std::move(draft));
    }
  }
  for (std::size_t i = first; i < drafts.size(); ++i) {
    drafts[i].weight *= share / sum;
    drafts[i].about.push_back(fmt::format(
        "Weight {:.4f} of the traffic. A copy of this file can be edited and given with --script FILE@WEIGHT.",
        drafts[i].weight));
  }
}

}  // namespace

std::vector<Draft> derive_drafts(const generators::Generator& tables, const std::vector<AccessPath>& paths,
                                 const std::vector<IndexedColumns>& indexed, const DeriveOptions& options) {
  const std::set<std::string> touched(options.touched.begin(), options.touched.end());
  const auto is_touched = [&](const std::string& name) { return touched.count(name) > 0; };
  const auto first = largest(tables, options.touched_tables, is_touched);
  const auto rest = largest(tables, options.other_tables, [&](const std::string& name) { return !is_touched(name); });

  const TableScripts make(tables, paths, indexed);
  std::vector<Draft> drafts;
  const double share = first.empty() ? 0 : rest.empty() ? 1 : touched_share;
  add_group(
      tables, first, share, [&](std::size_t table) { return make.all(table); }, drafts);
  add_group(
      tables, rest, 1 - share, [&](std::size_t table) { return make.usual(table); }, drafts);
  return drafts;
}

}  // namespace pgrehearse::load
