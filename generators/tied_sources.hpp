// Columns whose value depends on another's of the same row: see Ascending and Follows in shape.hpp. The other value is
// read back from its text, so that it may come from anywhere.
#pragma once

#include "generators/source.hpp"

namespace pgrehearse::generators {

// `own`: what the column holds where the other is NULL; and it is NULL where `own` is. `other` is a place where that
// column's source stands once all are planned.
SourcePtr make_following(const TableShape& shape, const Follows& follows, SourcePtr own, const SourcePtr& other,
                         base::Seed seed);

// Of the two parent rows that an ascending pair of references picks, the one that this column takes: by their values.
SourcePtr make_of_pair(const TableShape& shape, std::size_t column, PickPtr own, PickPtr partner,
                       const SourcePtr& parent);

}  // namespace pgrehearse::generators
