// The last word before loading: rows of every table go into a temporary copy of it with all its constraints, unique
// indexes included, so that what the server would refuse is known before anything is filled.
#pragma once

#include "generators/generator.hpp"
#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// An error for each table whose rows are refused: as load_error() words it. Leaves nothing in the database. It cannot
// see what a few hundred rows do not show, as a key that repeats once in a million; loading then tells.
base::Status try_rows(postgres::Session& session, const generators::Generator& generator, const Catalog& catalog);

}  // namespace pgrehearse::populate
