// Rows as COPY gets them, many at once, against what the generator says of each.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "generators/generator.hpp"
#include "generators/literal.hpp"

namespace pgrehearse::generators::testing {

// Of a table of one column, its first rows.
inline void expect_written_as_said(const Generator& made, std::size_t table, const Type& type) {
  ASSERT_TRUE(made.binary(table));
  const std::uint64_t rows = std::min<std::uint64_t>(made.rows(table), 2'000);
  std::string written;
  made.encode(table, 0, rows, written);
  std::string_view rest = written;
  for (std::uint64_t row = 0; row < rows; ++row) {
    std::string said("\0\1", 2);  // fields
    if (const auto text = made.text(table, row, 0)) {
      const auto value = binary_literal(type, *text);
      ASSERT_TRUE(value) << *text;
      for (int shift : {24, 16, 8, 0}) said += static_cast<char>(value->size() >> shift);
      said += *value;
    } else {
      said.append(4, '\xff');
    }
    ASSERT_EQ(rest.substr(0, said.size()), said) << "row " << row;
    rest.remove_prefix(said.size());
  }
  EXPECT_EQ(rest, "");
}

}  // namespace pgrehearse::generators::testing
