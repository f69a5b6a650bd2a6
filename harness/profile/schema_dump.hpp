// The schema of a live database as SQL, through PostgreSQL's own pg_dump.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::profile {

// Definitions only: no rows, owners, grants, comments, security labels, publications, subscriptions and user mappings
// (those two hold passwords). What definitions themselves hold stays: defaults, CHECKs, partition bounds, predicates of
// indexes, the bodies of functions.
//
// pg_dump has to be as new as the server, at least; of several in `folders` (an empty name stands for PATH) the oldest
// that fits is taken.
// It needs the right to SELECT from every table. The password goes through its environment, not its arguments.
base::Result<std::string> dump_schema(const postgres::Target& target, int major,
                                      const std::vector<std::string>& folders,
                                      const base::Cancellation* cancellation = nullptr);

// What pg_dump wrote, without what only psql and newer servers understand: lines of both are blank, so that all others
// keep their numbers.
std::string without_psql_commands(std::string_view text);
// The same, and without user mappings.
std::string clean_dump(std::string_view text);

}  // namespace pgrehearse::profile
