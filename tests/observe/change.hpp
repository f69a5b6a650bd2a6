// A change of a database, and the differences that must then be named: what the tests of both snapshots share.
#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::observe {

struct Change {
  const char* name;
  const char* setup;
  const char* change;
  std::vector<std::string> differences;
};

inline void PrintTo(const Change& change, std::ostream* out) { *out << change.name; }

inline void expect_named(const record::Comparison& found, const Change& change, const std::string& what) {
  EXPECT_THAT(found.differences, ::testing::ElementsAreArray(change.differences));
  EXPECT_EQ(found.equal, change.differences.empty());
  EXPECT_EQ(found.what, what);
  EXPECT_EQ(found.after, "down");
}

// The value, or a failed test and an empty one.
template <class T>
T value_of(base::Result<T> result) {
  if (result) return std::move(result).value();
  ADD_FAILURE() << to_string(result.errors().front());
  return {};
}

}  // namespace pgrehearse::observe
