// The scripts that can be derived from one table. Private to this module.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/access_path.hpp"
#include "harness/load/draft.hpp"

namespace pgrehearse::load {

// Weights within a table: reads by primary key 40, unique key 10, other index 10, parent 15, join with parent 10, join
// with children 8, newest 5, range 5; updates HOT 15 and of an indexed column 4; insert 10, delete 3, a transaction
// over tables 5. What the table does not allow is left out. The table has rows and a primary key. All arguments must
// outlive this.
//
// No two of them can deadlock. Each transaction locks one row of a table at most, tables in the order of their
// positions in the shape; no update changes a key, so it does not wait for what foreign keys lock (FOR NO KEY UPDATE
// beside FOR KEY SHARE, manual 13.3.2); what is deleted is a row that the same script has just inserted.
class TableScripts {
 public:
  TableScripts(const generators::Generator& tables, const std::vector<AccessPath>& paths,
               const std::vector<IndexedColumns>& indexed)
      : tables_(tables), paths_(paths), indexed_(indexed) {}

  // Of a table that the migration leaves alone: read, update, insert, and the join with its parent.
  std::vector<Draft> usual(std::size_t table) const;
  std::vector<Draft> all(std::size_t table) const;  // one or none of each kind

 private:
  using Columns = std::vector<std::size_t>;
  using Maybe = std::optional<Draft>;

  Maybe read_by_key(std::size_t table) const;
  Maybe read_by_index(std::size_t table, bool unique) const;
  Maybe read_children(std::size_t table) const;
  Maybe read_with_parent(std::size_t table) const;
  Maybe read_with_children(std::size_t table) const;
  Maybe read_newest(std::size_t table) const;
  Maybe read_range(std::size_t table) const;
  Maybe update_hot(std::size_t table) const;
  Maybe update_indexed(std::size_t table) const;
  Maybe insert(std::size_t table) const;
  Maybe remove(std::size_t table) const;
  Maybe transaction(std::size_t table) const;

  const generators::TableShape& shape(std::size_t table) const { return tables_.shape().tables[table]; }
  // Paths of the table as column positions.
  struct Path {
    Columns columns;
    bool unique;
  };
  std::vector<Path> paths_of(std::size_t table) const;
  bool has_path(std::size_t table, const Columns& columns) const;  // columns lead an index, in any order
  const IndexedColumns& indexed(std::size_t table) const;
  // Its values can be exchanged between rows: no key or foreign key has it, and no CHECK ties it to others.
  bool is_free(std::size_t table, std::size_t column) const;
  std::optional<std::size_t> free_column(std::size_t table, bool in_an_index) const;
  bool can_insert(std::size_t table) const;
  bool can_delete(std::size_t table) const;
  std::string insertion(std::size_t table) const;  // of the row that is drawn as "new"
  std::string key_of_new(std::size_t table) const;

  const generators::Generator& tables_;
  const std::vector<AccessPath>& paths_;
  const std::vector<IndexedColumns>& indexed_;
};

}  // namespace pgrehearse::load
