// Where the server judges candidate rows: a temporary table with the columns that a table's checks speak of, by their
// base types, and nothing that could refuse a row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// One at a time in a session. Not thread-safe. Throws postgres::Failure.
class CheckBench {
 public:
  // Text form; one entry for each of columns().
  using Tuple = std::vector<std::optional<std::string>>;
  // By tuple, then by check: false when it fails or cannot be evaluated.
  using Verdicts = std::vector<std::vector<bool>>;

  CheckBench(postgres::Session& session, const generators::TableShape& shape, const TableFacts& facts);

  // Positions in the shape's columns.
  const std::vector<std::size_t>& columns() const { return columns_; }
  Verdicts judge(const std::vector<Tuple>& tuples);
  // What an expression over the columns is in each row, as text that the column, by its place in columns(), can hold;
  // all none when it fails in one of them.
  Tuple evaluate(const std::string& expression, std::size_t column, const std::vector<Tuple>& tuples);
  // Whether the column, by its place in columns(), can hold this text.
  bool can_hold(std::size_t column, const std::string& text);

 private:
  void create_table();
  void create_function(std::size_t check);
  void insert(const std::vector<Tuple>& tuples, std::size_t first, std::size_t count);

  postgres::Session& session_;
  const generators::TableShape& shape_;
  const TableFacts& facts_;
  std::vector<std::size_t> columns_;
  std::string column_list_;
};

}  // namespace pgrehearse::populate
