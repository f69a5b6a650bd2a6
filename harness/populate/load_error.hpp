// What the server refused while a table was loaded, in words that help.
#pragma once

#include "generators/shape.hpp"
#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// Names the table, the constraint and the value; the hint is the way out.
base::Error load_error(const postgres::Failure& failure, const generators::TableShape& table);

}  // namespace pgrehearse::populate
