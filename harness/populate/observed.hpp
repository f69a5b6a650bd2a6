// Production's statistics, laid over the catalog: each goes to the table, column or foreign key of its name.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::populate {

// By table of the catalog: the rows that the shape gives it, at its scale; none: it is not in the shape. What does not
// fit (tables and columns that are not here, columns of another type) is left out and said in catalog.notices. An error
// where the shape is of another schema altogether. Throws postgres::Failure.
base::Result<std::vector<std::optional<std::uint64_t>>> apply_statistics(postgres::Session& session,
                                                                         const scenario::Data& data, Catalog& catalog);

}  // namespace pgrehearse::populate
