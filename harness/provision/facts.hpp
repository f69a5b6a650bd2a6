// What of a server biases timing, read from the server itself.
#pragma once

#include "harness/postgres/session.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::provision {

// All but provider and storage. Throws postgres::Failure.
Facts read_facts(postgres::Session& session);
// The type of the file system that holds `path` ("ext4"); empty when unknown.
std::string file_system_of(const std::string& path);

}  // namespace pgrehearse::provision
