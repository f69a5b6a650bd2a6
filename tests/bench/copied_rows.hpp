// Rows of a generator sent by COPY, as the program sends them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "generators/generator.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::bench {

// The rows of one table, in batches of the program's size.
class Rows {
 public:
  // `generator` outlives this, and has a table of that name.
  Rows(const generators::Generator& generator, const std::string& name);
  std::uint64_t count() const { return generator_.rows(table_); }
  std::uint64_t batch() const { return batch_; }
  // Those of a batch; nothing behind the last row.
  void append(std::uint64_t first, std::string& bytes) const;

 private:
  const generators::Generator& generator_;
  std::size_t table_ = 0;
  std::uint64_t batch_ = 0;
};

// Empties the table, then sends what `next` appends to the string until it appends nothing. Thousands of rows a second.
double copy_rows(const postgres::Target& target, const std::string& table, std::uint64_t rows,
                 const std::function<void(std::string&)>& next);

// The same of rows that are made while they are sent.
double copy_generated(const postgres::Target& target, const std::string& table, const Rows& rows);

}  // namespace pgrehearse::bench
