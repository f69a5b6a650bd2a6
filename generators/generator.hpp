// Rows for a whole database, from its shape and a seed alone. Planning decides, once, how every column makes its
// values; afterwards each row is a pure function of (seed, table, row number), so that any slice can be made anywhere,
// in any order, and a foreign key is the parent's own function at the chosen parent row.
//
// Copies share one immutable plan: cheap to copy, and safe to use from many threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/shape.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::generators {

class Generator {
 public:
  // All that cannot be satisfied, of all tables at once; each error names table, column and constraint, and its hint
  // the way out (an override in the scenario, or fewer rows).
  static base::Result<Generator> plan(DatabaseShape shape);

  const DatabaseShape& shape() const;
  // How many rows encode() makes of a table. Below what the shape asked for where a key allows no more (a unique
  // foreign key with fewer parents, a unique enum); then a notice says so. For a table with existing rows: their
  // number.
  std::uint64_t rows(std::size_t table) const;
  // How many different rows the table's keys allow at all: rows() and those that text() can still invent.
  std::uint64_t capacity(std::size_t table) const;
  // For people, one line each: what was planned differently from what was asked.
  const std::vector<std::string>& notices() const;

  // Whether encode() writes COPY's binary format; its text format when some column's type has no encoding here.
  bool binary(std::size_t table) const;
  // The columns of COPY's column list, in order: all but the generated ones.
  const std::vector<std::size_t>& written_columns(std::size_t table) const;
  // Appends rows [first_row, first_row + count) to `out`: rows only, without the binary header and trailer.
  // Only for tables without existing rows; the last row must be below capacity().
  void encode(std::size_t table, std::uint64_t first_row, std::uint64_t count, std::string& out) const;
  // One value in PostgreSQL's text form; none for NULL and for generated columns. A row in [rows(), capacity()) is a
  // further one that exists nowhere yet: its keys are new, its foreign keys point at rows below rows(), or at itself.
  std::optional<std::string> text(std::size_t table, std::uint64_t row, std::size_t column) const;

 private:
  struct Plan;
  explicit Generator(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  std::shared_ptr<const Plan> plan_;
};

// What surrounds binary rows in a COPY stream (PostgreSQL manual, COPY, "Binary Format").
inline constexpr std::string_view kBinaryCopyHeader{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
inline constexpr std::string_view kBinaryCopyTrailer{"\377\377", 2};

}  // namespace pgrehearse::generators
