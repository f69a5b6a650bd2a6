// What the user asked for, laid over the catalog: rows of each table and overrides of columns. Also what was there
// before: tables that the migrations' history filled keep their rows, unless the user asks for others, or the shape has
// more than twice as many.
#pragma once

#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::populate {

// A table with more rows than this is not kept: an error that says so.
inline constexpr std::uint64_t kMostExistingRows = 10'000;

// Whose rows stand in the tables. The history's may be replaced; the user's are kept, and asking for other rows of
// their tables is an error. none: there are none, or only those that the same filling has made.
enum class Standing { history, user, none };

// Sets rows, existing rows, overrides and the seed in the shape, and the tables' notes. Columns whose type has no
// notation that is known either are left to their default or NULL, as if the server generated them, unless the user
// lists values. Errors: unknown or ambiguous names, ratios in a circle, rows for a table that takes none.
base::Status apply_request(postgres::Session& session, const scenario::Data& data, Catalog& catalog,
                           Standing standing = Standing::history);

}  // namespace pgrehearse::populate
