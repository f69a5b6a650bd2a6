// What is sent to a database, from pg_stat_statements 1.7 to 1.12 (PostgreSQL 14 to 18, also where the extension was
// not updated with the server). No constant and no comment of a statement leaves, and nothing at all of one that is not
// plain SELECT, INSERT, UPDATE or DELETE: sql/normalize.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/postgres/session.hpp"
#include "harness/profile/shape.hpp"

namespace pgrehearse::profile {

// Of the session's database. None, and a notice, where the extension is not there or cannot be read. Throws
// postgres::Failure where the connection broke.
std::optional<Traffic> read_traffic(postgres::Session& session, std::vector<std::string>& notices);

}  // namespace pgrehearse::profile
