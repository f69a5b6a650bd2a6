// Unique indexes over some of the rows: UNIQUE (email) WHERE deleted_at IS NULL. Where the table can have all its rows
// with the key holding for all of them, it does. Where the key would allow fewer rows, as UNIQUE (user_id) WHERE
// is_default with ten rows a user would, as many as it allows are in the index, and the others stay out of it by the
// value of a column in its predicate. Where no column can do that, all rows stay out.
#pragma once

#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

enum class Partial { some_in, none_in, all_in };

// `ways`: by table. Adds each partial key to the shape, or to its selective keys (with some_in), or a check that no row
// satisfies its predicate to the facts (some_in, none_in). Throws postgres::Failure. In words for people: the indexes
// that stay without rows.
std::vector<std::string> settle_partial_keys(postgres::Session& session, Catalog& catalog,
                                             const std::vector<Partial>& ways);

}  // namespace pgrehearse::populate
