// Combinations of values for columns that checks tie together.
#pragma once

#include <set>

#include "harness/base/random.hpp"
#include "harness/populate/check_bench.hpp"

namespace pgrehearse::populate {

// A group of columns, by their places in CheckBench::columns(), and the checks on them, by their places in the facts.
struct CheckGroup {
  std::vector<std::size_t> columns, checks;
};

// Finds the pool of one group. Throws postgres::Failure.
class Candidates {
 public:
  Candidates(CheckBench& bench, const generators::TableShape& shape, const TableFacts& facts, CheckGroup group,
             const std::vector<CheckBench::Tuple>& sample, base::Seed seed);

  // Empty tuples: no combination passed.
  generators::ValuePool pool();
  // Pairs whose values may not be equal, in the pool that was found.
  std::vector<generators::Different> different();

 private:
  using Entry = generators::ValuePool::Entry;
  using Cell = generators::ValuePool::Cell;
  struct Source {
    bool bound = false;  // its own value or NULL, nothing else
    bool may_be_null = false;
    bool few = false;                    // of its values, all of them known: each is judged by itself
    std::vector<std::string> values;     // as sampled, without NULLs
    std::vector<std::string> borrowed;   // as sampled from the group's other columns of this type
    std::vector<std::string> constants;  // of the checks, as far as the column can hold them
  };

  Source source(std::size_t column);
  std::vector<std::string> documents(std::size_t position) const;
  void borrow(std::size_t borrower);
  bool is_bound(std::size_t position) const;
  bool is_in_key(std::size_t position) const;
  // Own values, constants and NULLs; or, to try further, values as they were sampled.
  enum class Material { own, sampled };
  std::vector<std::vector<Entry>> search(Material material);
  std::vector<Entry> draw(Material material, std::size_t number);
  void solve(std::vector<std::vector<Entry>>& combinations);
  Entry draw_cell(const Source& source, Material material, double null_share, double constant_share);
  bool some_column_always_null(const std::vector<std::vector<Entry>>& combinations) const;
  // By combination: whether all of so many rows with different values of its bound columns pass.
  std::vector<bool> judge(const std::vector<std::vector<Entry>>& combinations, std::size_t variations);
  std::size_t different_values(std::size_t position) const;
  CheckBench::Tuple variation(const std::vector<Entry>& entries);
  bool passes(const std::vector<bool>& verdict) const;
  bool fails_when_equal(std::size_t left, std::size_t right);

  CheckBench& bench_;
  const generators::TableShape& shape_;
  const TableFacts& facts_;
  CheckGroup group_;
  const std::vector<CheckBench::Tuple>& sample_;
  base::RandomStream random_;
  std::vector<Source> sources_;  // by place in group_.columns
  std::vector<std::vector<Entry>> accepted_;
};

}  // namespace pgrehearse::populate
