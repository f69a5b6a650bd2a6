#include "harness/provision/roles.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>

namespace pgrehearse::provision {
namespace {

std::string random_password() {
  std::array<unsigned char, 16> bytes;
  PGR_CHECK(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  std::string text;
  for (unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

Passwords random_passwords() { return {random_password(), random_password(), random_password()}; }

// deadlock_timeout is per role: it also decides when a blocked ALTER TABLE cancels autovacuum, so with 10 ms for the
// whole server the migration would never wait the second that it waits in production.
void create_roles(postgres::Session& administrator, const Passwords& passwords) {
  const auto migration = postgres::quote_identifier(migration_role);
  const auto traffic = postgres::quote_identifier(traffic_role);
  administrator.query(fmt::format("CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}", migration,
                                  postgres::quote_literal(passwords.migration)));
  administrator.query(
      fmt::format("CREATE ROLE {} LOGIN BYPASSRLS PASSWORD {}", traffic, postgres::quote_literal(passwords.traffic)));
  administrator.query(fmt::format("GRANT pg_read_all_data, pg_write_all_data TO {}", traffic));
  administrator.query(fmt::format("ALTER ROLE {} SET deadlock_timeout = '10ms'", traffic));
}

}  // namespace pgrehearse::provision
