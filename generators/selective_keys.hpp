// Keys of some rows only. Of the rows that statistics (or the type) put inside as many are as the key allows, and these
// differ; in the others the column that decides holds a value that puts them outside.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "generators/choices.hpp"
#include "generators/null_shares.hpp"
#include "generators/row_classes.hpp"
#include "generators/source.hpp"
#include "generators/statistical_parts.hpp"

namespace pgrehearse::generators {

// Of one table. Refers to its arguments, which must outlive it. Not thread-safe.
class SelectiveKeys {
 public:
  // Marks the parts that tell rows apart in the layout.
  SelectiveKeys(const DatabaseShape& shape, std::size_t table, Layout& layout, const Choices& choices,
                const NullShares& nulls, const StatisticalParts& statistical);

  bool decides(std::size_t column) const { return columns_.contains(column); }
  // Whether the column's own source is to have no NULLs, because they come from here.
  bool gives_nulls(std::size_t column) const;
  // What the part chooses: inside rows by the key, the others as `own` says.
  PickPtr choose(std::size_t part, PickPtr own) const;
  // What a part that its statistics describe chooses for the others: `own`, but that rows inside have their share of
  // the statistics already.
  RankedPick others(std::size_t part, RankedPick own) const;
  // What the deciding column holds.
  base::Result<SourcePtr> decide(std::size_t column, SourcePtr own) const;

  const base::Errors& errors() const { return errors_; }
  const std::vector<std::string>& notices() const { return notices_; }

 private:
  // Numbers that stand for a part's choices, and what it chooses by them.
  struct Choice {
    std::uint64_t ways = 1;
    std::function<PickPtr(PickPtr)> picked = [](PickPtr numbers) { return numbers; };
    std::shared_ptr<const Distribution> distribution = {};  // of the numbers, by statistics; else null
    bool even = false;                                      // see StatisticalValues
    double correlation = 0, null_fraction = 0;
  };
  struct Digit {
    std::size_t part;
    Choice choice;
    std::uint64_t radix = 1;
  };
  // Rows that are inside the same keys.
  struct Class {
    std::vector<const SelectiveKey*> keys;  // with the same column and the same values
    double wanted = 0;                      // rows
    std::uint64_t rows = 0;
    std::string limited_by = {};
    std::map<std::string, std::vector<Digit>> digits = {};  // that tell the rows apart, by the key's name
    std::map<std::size_t, PickPtr> picks = {};              // by part
  };
  // Of a part that tells rows apart alone: what its statistics leave for rows outside.
  struct Others {
    Choice choice;
    std::shared_ptr<const Distribution> distribution;
    double rows = 0;
  };
  Class* class_of(const SelectiveKey& key);
  bool can_decide(const SelectiveKey& key) const;
  bool can_differ(const Part& part, const SelectiveKey& key) const;
  double share(const SelectiveKey& key) const;
  Choice choice(const Part& part) const;
  std::vector<Digit> able_parts(const Class& each, const SelectiveKey& key) const;
  void plan(Class& each);
  void keep(Class& each, const SelectiveKey& key);
  void choose_by(Class& each, const std::string& key, std::vector<Digit> digits);
  void leave_to_others(const Digit& digit, const Distribution& taken, std::uint64_t rows);
  void fail(const SelectiveKey& key, std::string_view why);

  const DatabaseShape& shape_;
  const TableShape& table_shape_;
  std::size_t table_;
  Layout& layout_;
  const Choices& choices_;
  const NullShares& nulls_;
  const StatisticalParts& statistical_;
  base::Seed seed_;
  std::vector<Class> classes_;
  std::map<std::size_t, std::vector<std::size_t>> columns_;  // that decide: their classes
  std::shared_ptr<const RowClasses> rows_;
  std::map<std::size_t, Others> others_;  // by part
  base::Errors errors_;
  std::vector<std::string> notices_;
};

}  // namespace pgrehearse::generators
