// The scripts that can be derived from one table. Private to this module.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/access_path.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

// Weights within a table: by primary key 40, unique key 10, parent 15, newest 5, range 5, update 15, insert 10; what
// the table does not allow is left out. The table has rows and a primary key. Both arguments must outlive this.
class TableScripts {
 public:
  TableScripts(const generators::Generator& tables, const std::vector<AccessPath>& paths)
      : tables_(tables), paths_(paths) {}

  std::vector<scenario::Script> by_primary_key(std::size_t table) const;  // one read and one update
  std::vector<scenario::Script> all(std::size_t table) const;             // one or none of each kind

 private:
  using Columns = std::vector<std::size_t>;
  using Maybe = std::optional<scenario::Script>;

  Maybe read_by_key(std::size_t table) const;
  Maybe read_by_unique_key(std::size_t table) const;
  Maybe read_children(std::size_t table) const;
  Maybe read_newest(std::size_t table) const;
  Maybe read_range(std::size_t table) const;
  Maybe update(std::size_t table) const;
  Maybe insert(std::size_t table) const;

  const generators::TableShape& shape(std::size_t table) const { return tables_.shape().tables[table]; }
  // Paths of the table as column positions.
  struct Path {
    Columns columns;
    bool unique;
  };
  std::vector<Path> paths_of(std::size_t table) const;
  bool has_path(std::size_t table, const Columns& columns) const;  // columns lead an index, in any order
  std::optional<std::size_t> column_to_update(std::size_t table) const;

  const generators::Generator& tables_;
  const std::vector<AccessPath>& paths_;
};

}  // namespace pgrehearse::load
