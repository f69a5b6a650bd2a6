// Unique indexes over some of the rows: UNIQUE (email) WHERE deleted_at IS NULL. Where the table can have all its rows
// with the key holding for all of them, it does. Where the key would allow fewer rows, as UNIQUE (user_id) WHERE
// is_default with ten rows a user would, the rows stay out of the index instead.
#pragma once

#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

enum class Partial { some_kept_out, all_kept };

// Adds each partial key to the shape, or, with some_kept_out, a check that no row satisfies its predicate to the facts.
// Throws postgres::Failure. In words for people: the indexes that stay without rows.
std::vector<std::string> settle_partial_keys(postgres::Session& session, Catalog& catalog, Partial way);

}  // namespace pgrehearse::populate
