// A column whose value decides which class of rows a row is in.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "generators/row_classes.hpp"
#include "generators/shape.hpp"
#include "generators/source.hpp"

namespace pgrehearse::generators {

// What the rows of a class hold: NULL, one of the given values, or else what the column holds anyway but for the banned
// values.
struct Decision {
  bool null = false;
  std::vector<std::string> given = {};
  std::set<std::string> banned = {};
};

// All values of a column that has few; empty: unknown or many.
std::vector<std::string> alternatives(const Column& column);
// Whether statistics tell how many rows hold which value.
bool shares_known(const Column& column);
// The share of all rows that statistics give to each of the values; 0 where they say nothing.
std::vector<double> shares_of(const Column& column, const std::vector<std::string>& values);

// `inside`: by class; none: as `outside` says. Null where all that the column could hold is banned.
SourcePtr make_deciding(const Column& column, base::Seed seed, std::uint64_t rows,
                        std::shared_ptr<const RowClasses> classes, const std::vector<std::optional<Decision>>& inside,
                        const Decision& outside, SourcePtr own);

}  // namespace pgrehearse::generators
