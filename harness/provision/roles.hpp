// The roles of a throw-away server and their passwords.
#pragma once

#include <string>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {

inline constexpr const char* administrator_role = "pgrehearse";
inline constexpr const char* migration_role = "pgrehearse_migration";
inline constexpr const char* traffic_role = "pgrehearse_traffic";

struct Passwords {
  std::string administrator, migration, traffic;
};
// From the kernel's random source; 128 bits each, as hexadecimal digits.
Passwords random_passwords();

// Makes the migration's and the traffic's role; see Server for what they may. Throws postgres::Failure.
void create_roles(postgres::Session& administrator, const Passwords& passwords);

}  // namespace pgrehearse::provision
