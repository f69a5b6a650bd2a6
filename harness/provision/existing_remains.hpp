// What killed rehearsals left on an existing server, and what one kept there until the next: databases and roles whose
// comment names an owner that is dead.
#pragma once

#include <string>

#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {

// Drops the databases whose name starts with `prefix`, and our roles, as far as their comment names a dead owner;
// others' are never touched. Throws postgres::Failure. `session` must be in a database of another name.
void clear_remains(postgres::Session& session, const std::string& prefix);

}  // namespace pgrehearse::provision
