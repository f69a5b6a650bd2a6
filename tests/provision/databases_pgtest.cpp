#include <gtest/gtest.h>

#include "harness/provision/databases.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::provision {
namespace {

// FORCE ends sessions, but no prepared transactions, and the server refuses to drop the database of one.
TEST(DropDatabase, RollsBackWhatAKilledRunHadPrepared) {
  const auto session = postgres::Session::open(testing::server()).value();
  create_database(*session, "of a killed run");
  postgres::Target target = testing::server();
  target.database = "of a killed run";
  const auto inside = postgres::Session::open(target).value();
  inside->query("CREATE TABLE t (id int)");
  inside->query("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'nobody''s'");
  drop_database(*session, "of a killed run");
  EXPECT_EQ(session->query("SELECT 1 FROM pg_database WHERE datname = 'of a killed run'").size(), 0u);
  EXPECT_EQ(session->query("SELECT 1 FROM pg_prepared_xacts").size(), 0u);
}

}  // namespace
}  // namespace pgrehearse::provision
