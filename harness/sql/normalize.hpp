// A statement without anything that a person could have typed into it: constants become $1, $2, ..., comments go. For
// statements that leave a production database. pg_stat_statements replaces most constants itself, but none in utility
// statements, and it keeps comments.
#pragma once

#include <string>

namespace pgrehearse::sql {

struct Normalized {
  enum class Outcome {
    data,         // SELECT, INSERT, UPDATE or DELETE: `text` holds it
    transaction,  // BEGIN, COMMIT, SAVEPOINT and the like
    utility,      // any other statement, MERGE and SELECT INTO included
    catalog,      // of nothing but the system's catalogs and functions
    unreadable,   // no single statement of the grammar that is known here, or a constant could not be replaced
  };
  Outcome outcome = Outcome::unreadable;
  // In one form for all ways of writing it, as valid SQL: `interval $1` has become `$1::interval`. Numbers that give a
  // position (ORDER BY 2) or belong to a type (varchar(10)) stay; so do names. Empty but for `data`.
  std::string text;
};

// Never says anything of what it does not return. Thread-safe.
Normalized normalize(const std::string& statement);

}  // namespace pgrehearse::sql
