// CHECKs that no single column's limits can express: `starts < ends`, `(a IS NULL) <> (b IS NULL)`, functions. Nothing
// here understands them. The server judges a sample of the rows that would be made; where some fail, it judges many
// combinations of the values that the columns take, of the constants in the constraint and of NULLs, and those that
// pass become a pool from which rows take these columns together.
//
// Columns of foreign keys and keys cannot take any value: of them a pool only says whether they are NULL, and it does
// so when different values of theirs pass.
#pragma once

#include "generators/generator.hpp"
#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// By table: whether limits of columns and ties between two of them may serve instead of pools, where they can. They
// keep all of the columns' variety; where they turn out not to be enough, pools do.
using MayTie = std::vector<bool>;

// Adds pools, ties and pairs that must differ to the shape in the catalog, for the checks that rows of `generator`
// fail; the caller plans anew when it returns true. An error for each check that nothing satisfies.
base::Result<bool> add_value_pools(postgres::Session& session, const generators::Generator& generator,
                                   const MayTie& may_tie, Catalog& catalog);

// After that: the tables a sample of whose rows fails still, with an error for each.
struct FailingTables {
  std::vector<std::size_t> tables;
  base::Errors errors;
};
base::Result<FailingTables> verify_checks(postgres::Session& session, const generators::Generator& generator,
                                          const Catalog& catalog);

}  // namespace pgrehearse::populate
