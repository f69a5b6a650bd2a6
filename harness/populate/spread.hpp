// Unique indexes on expressions: date_trunc('day', at), left(code, 4). Different values of the column are not enough,
// they must stay different in the expression. The server evaluates it over such values, which are set further apart, or
// take another form, until they do.
#pragma once

#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// Narrows the limits of the columns in TableFacts::unique_expressions. Where nothing helps, the key is left to its
// other columns; an error where it has none. After the request was applied, before anything is planned. Throws
// postgres::Failure.
base::Status spread_unique_expressions(postgres::Session& session, Catalog& catalog);

}  // namespace pgrehearse::populate
