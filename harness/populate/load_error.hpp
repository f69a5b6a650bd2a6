// What the server refused while a table was loaded, in words that help.
#pragma once

#include "generators/shape.hpp"
#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// Names the table, the constraint and the value; the hint is the way out.
base::Error load_error(const postgres::Failure& failure, const generators::TableShape& table);

// The status of `step`; what it throws becomes load_error().
template <class Step>
base::Status telling_of(const generators::TableShape& table, Step step) {
  try {
    return step();
  } catch (const postgres::Failure& failure) {
    return load_error(failure, table);
  }
}

}  // namespace pgrehearse::populate
