// Making, copying and dropping databases, on any server where we are administrator.
#pragma once

#include <string>

#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {

// These throw postgres::Failure. `session` is the administrator's, in another database than those named.
void create_database(postgres::Session& session, const std::string& name);
void drop_database(postgres::Session& session, const std::string& name);

// Copies files, so that the size of the database does not pass through the WAL. fsync is off while copying and on again
// afterwards; the caller then has to bring the files to disk (they were not synced) before anything is measured.
void clone_database(postgres::Session& session, const std::string& from, const std::string& name);

}  // namespace pgrehearse::provision
