// Overrides that are SQL expressions over `n`.
#pragma once

#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

inline constexpr int kExpressionValues = 10'000;

// Turns each column's expression into values: the server's results for n = 1 .. kExpressionValues, as text of the
// column's type. NULLs among them become the column's share of NULLs, unless the user gave one. An error, at the user's
// place, for each that the server refuses or that is always NULL.
base::Status evaluate_expressions(postgres::Session& session, Catalog& catalog);

}  // namespace pgrehearse::populate
