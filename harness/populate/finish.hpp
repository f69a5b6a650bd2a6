// What remains when the rows are in: sequences, foreign keys, materialized views.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/populate/workers.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// All throw postgres::Failure.

// Each sequence that columns draw from goes on above the highest value in them, as if it had made them.
void set_sequences(postgres::Session& session);

struct ForeignKeyCheck {
  std::string name, child, parent;
  std::string sql;  // counts the rows without a parent
};
std::vector<ForeignKeyCheck> foreign_key_checks(postgres::Session& session, const Catalog& catalog);
// An error when rows have no parent.
base::Status verify(postgres::Session& session, const ForeignKeyCheck& check);

// In the order of their making. What could not be refreshed is told in the result: a view over generated rows may
// divide by zero, and that is no reason not to rehearse.
std::vector<std::string> refresh_views(postgres::Session& session);

}  // namespace pgrehearse::populate
