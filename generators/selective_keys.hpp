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
  // What the deciding column holds.
  base::Result<SourcePtr> decide(std::size_t column, SourcePtr own) const;

  const base::Errors& errors() const { return errors_; }
  const std::vector<std::string>& notices() const { return notices_; }

 private:
  // Rows that are inside the same keys.
  struct Class {
    std::vector<const SelectiveKey*> keys;  // with the same column and the same values
    double wanted = 0;                      // rows
    std::uint64_t rows = 0;
    std::string limited_by = {};
    std::map<std::size_t, PickPtr> picks = {};  // by part
  };
  Class* class_of(const SelectiveKey& key);
  bool can_decide(const SelectiveKey& key) const;
  bool can_differ(const Part& part, const SelectiveKey& key) const;
  double share(const SelectiveKey& key) const;
  // Numbers that stand for a part's choices, and what it chooses by them.
  struct Choice {
    std::uint64_t ways = 1;
    std::function<PickPtr(PickPtr)> picked = [](PickPtr numbers) { return numbers; };
  };
  Choice choice(const Part& part) const;
  void plan(Class& each);
  void keep(Class& each, const SelectiveKey& key);
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
  base::Errors errors_;
  std::vector<std::string> notices_;
};

}  // namespace pgrehearse::generators
