// From what a CHECK says of a column to what its values may be.
#pragma once

#include <vector>

#include "generators/shape.hpp"
#include "harness/postgres/session.hpp"
#include "harness/sql/check_constraint.hpp"

namespace pgrehearse::populate {

bool is_number(generators::Kind kind);
bool is_time(generators::Kind kind);

// The same term with an inclusive bound where the column holds dates or times: the server knows what comes just before
// '2024-03-01'. Other terms come back as they are. Throws postgres::Failure.
sql::CheckTerm with_inclusive_time(postgres::Session& session, const generators::Type& type, sql::CheckTerm term);

// Narrows the column by a term about it. What Limits cannot express is left out.
void narrow(generators::Column& column, const sql::CheckTerm& term);

// Terms that hold for every row that satisfies at least one of the alternatives: for each column that all of them
// bound, the hull of the bounds or the union of the lists.
std::vector<sql::CheckTerm> hull(const std::vector<std::vector<sql::CheckTerm>>& alternatives);

}  // namespace pgrehearse::populate
