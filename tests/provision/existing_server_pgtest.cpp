// An existing server: whom it lets in, what it refuses and why, and that nothing stays behind.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "harness/provision/existing_permission.hpp"
#include "harness/provision/existing_server.hpp"
#include "harness/provision/owner.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::provision {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string messages(const base::Errors& errors) {
  std::string all;
  for (const base::Error& error : errors) all += to_string(error) + "\n";
  return all;
}

class Existing : public ::testing::Test {
 protected:
  ServerOptions options() const { return options_for(database.target()); }
  static ServerOptions options_for(const postgres::Target& target) {
    ServerOptions options;
    options.server.use = target.connection_string();
    options.label = "a test";
    return options;
  }
  std::string refusal() const {
    const auto server = ExistingServer::start(options());
    if (server) return "";
    for (const base::Error& error : server.errors()) EXPECT_EQ(error.kind, base::ErrorKind::environment);
    return messages(server.errors());
  }
  std::vector<std::string> databases() const {
    const auto session = postgres::Session::open(testing::server()).value();
    const auto rows = session->query("SELECT datname FROM pg_database");
    std::vector<std::string> names;
    for (std::size_t row = 0; row < rows.size(); ++row) names.push_back(rows.string(row, 0));
    return names;
  }
  int roles_like(const std::string& pattern) const {
    const auto session = postgres::Session::open(testing::server()).value();
    return static_cast<int>(
        session->query("SELECT count(*) FROM pg_roles WHERE rolname LIKE $1", {pattern}).integer(0, 0));
  }

  testing::ScratchDatabase database;
};

TEST_F(Existing, WorksBesideTheNamedDatabaseAndLeavesNothing) {
  const std::string named = database.target().database;
  {
    const auto server = ExistingServer::start(options());
    ASSERT_TRUE(server) << messages(server.errors());
    const std::string name = (*server)->database_name("template");
    ASSERT_TRUE((*server)->create(name));
    {
      const auto deployer = postgres::Session::open((*server)->migration_target(name)).value();
      deployer->query("CREATE TABLE t (n int); INSERT INTO t VALUES (1)");
      const auto traffic = postgres::Session::open((*server)->traffic_target(name)).value();
      EXPECT_EQ(traffic->query("SELECT n FROM t").integer(0, 0), 1);
      EXPECT_EQ(traffic->query("SHOW deadlock_timeout").text(0, 0), "10ms");
      EXPECT_EQ(deployer->query("SHOW deadlock_timeout").text(0, 0), "1s");
    }
    const std::string copy = (*server)->database_name("pass_quiet");
    ASSERT_TRUE((*server)->clone(name, copy));
    EXPECT_EQ(postgres::Session::open((*server)->target(copy)).value()->query("SELECT n FROM t").integer(0, 0), 1);
    EXPECT_THAT(databases(), Contains(named + "_pass_quiet"));
    EXPECT_EQ((*server)->facts()->provider, "existing");
    EXPECT_TRUE((*server)->postmaster_pid()) << "it runs on this machine";
  }
  EXPECT_THAT(databases(), ::testing::Not(Contains(HasSubstr(named + "_"))));
  EXPECT_EQ(roles_like("pgrehearse\\_migration\\_%"), 0);
}

TEST_F(Existing, RefusesADatabaseWithTables) {
  database.session()->query("CREATE TABLE customers (n int)");
  EXPECT_THAT(refusal(), HasSubstr("is not empty (1 object: table public.customers)"));
  EXPECT_THAT(refusal(), HasSubstr("createdb"));
}

TEST_F(Existing, RefusesADatabaseWithForeignTables) {
  database.session()->query(
      "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE far (n int) SERVER "
      "s");
  EXPECT_THAT(refusal(), HasSubstr("foreign table public.far"));
}

TEST_F(Existing, RefusesADatabaseThatOthersUse) {
  postgres::Target other = database.target();
  other.application = "the shop";
  const auto session = postgres::Session::open(other);
  EXPECT_THAT(refusal(), HasSubstr("is in use by 1 other session: pgrehearse (the shop)"));
}

TEST_F(Existing, RefusesANameThatSaysProduction) {
  const auto session = postgres::Session::open(testing::server()).value();
  session->query("CREATE DATABASE shop_production");
  postgres::Target target = testing::server();
  target.database = "shop_production";
  const auto server = ExistingServer::start(options_for(target));
  session->query("DROP DATABASE shop_production");
  ASSERT_FALSE(server);
  EXPECT_THAT(messages(server.errors()), HasSubstr("'shop_production' is named like production"));
}

TEST_F(Existing, TellsAllReasonsAtOnce) {
  const auto other = database.session();
  other->query("CREATE TABLE customers (n int)");
  EXPECT_THAT(refusal(), ::testing::AllOf(HasSubstr("is not empty"), HasSubstr("is in use by")));
}

TEST_F(Existing, AMarkedDatabaseNeedNotBeEmptyAndIsNotTouched) {
  database.session()->query(
      fmt::format("CREATE TABLE customers (n int); INSERT INTO customers VALUES (7); "
                  "COMMENT ON DATABASE \"{}\" IS '{}'",
                  database.target().database, permission_mark));
  {
    const auto server = ExistingServer::start(options());
    ASSERT_TRUE(server) << messages(server.errors());
    const std::string name = (*server)->database_name("template");
    ASSERT_TRUE((*server)->create(name));
    EXPECT_TRUE(postgres::Session::open((*server)->target(name)).value()->attempt("SELECT * FROM customers"));
  }
  EXPECT_EQ(database.session()->query("SELECT n FROM customers").integer(0, 0), 7);
}

TEST_F(Existing, NeedsNoSuperuserAndSaysWhatItThenCannotSee) {
  const auto administrator = postgres::Session::open(testing::server()).value();
  administrator->attempt("CREATE ROLE ordinary LOGIN CREATEDB PASSWORD 'x'");
  administrator->query(fmt::format("ALTER DATABASE \"{}\" OWNER TO ordinary", database.target().database));
  postgres::Target target = database.target();
  target.user = "ordinary";
  target.password = "x";
  const auto server = ExistingServer::start(options_for(target));
  ASSERT_TRUE(server) << messages(server.errors());
  EXPECT_THAT((*server)->remarks(), Contains(HasSubstr("without superuser")));
  const std::string name = (*server)->database_name("template");
  EXPECT_TRUE((*server)->create(name));
  EXPECT_TRUE((*server)->clone(name, (*server)->database_name("pass_quiet")));
  EXPECT_EQ((*server)->traffic_target(name).user, "ordinary");
}

TEST_F(Existing, RefusesARoleThatMayNotMakeDatabases) {
  const auto administrator = postgres::Session::open(testing::server()).value();
  administrator->attempt("CREATE ROLE weak LOGIN PASSWORD 'x'");
  postgres::Target target = database.target();
  target.user = "weak";
  target.password = "x";
  const auto server = ExistingServer::start(options_for(target));
  ASSERT_FALSE(server);
  EXPECT_THAT(messages(server.errors()), HasSubstr("ALTER ROLE \"weak\" CREATEDB"));
}

// What a killed rehearsal left goes; what merely looks like it stays.
TEST_F(Existing, RemovesTheRemainsOfTheDeadOnly) {
  const std::string named = database.target().database;
  const auto administrator = postgres::Session::open(testing::server()).value();
  Owner dead = this_process("killed");
  dead.start = "1";
  const auto plant = [&](const std::string& name, const std::string& comment) {
    administrator->query(fmt::format("CREATE DATABASE \"{}\"", name));
    administrator->query(fmt::format("COMMENT ON DATABASE \"{}\" IS {}", name, postgres::quote_literal(comment)));
  };
  plant(named + "_pass_dead", to_text(dead));
  plant(named + "_pass_alive", to_text(this_process("running")));
  plant(named + "_pass_plain", "somebody's");
  administrator->query(fmt::format("CREATE ROLE pgrehearse_traffic_1; COMMENT ON ROLE pgrehearse_traffic_1 IS {}",
                                   postgres::quote_literal(to_text(dead))));
  administrator->query("CREATE ROLE pgrehearse_traffic_2");
  { ASSERT_TRUE(ExistingServer::start(options())); }
  const auto left = databases();
  EXPECT_THAT(left, ::testing::Not(Contains(named + "_pass_dead")));
  EXPECT_THAT(left, Contains(named + "_pass_alive"));
  EXPECT_THAT(left, Contains(named + "_pass_plain"));
  EXPECT_EQ(roles_like("pgrehearse\\_traffic\\__"), 1);
  administrator->query(fmt::format("DROP DATABASE \"{}_pass_alive\"", named));
  administrator->query(fmt::format("DROP DATABASE \"{}_pass_plain\"", named));
  administrator->query("DROP ROLE pgrehearse_traffic_2");
}

TEST(ExistingServerName, MustNameADatabase) {
  ServerOptions options;
  options.server.use = "postgresql://localhost";
  const auto server = ExistingServer::start(options);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.errors().front().kind, base::ErrorKind::usage);
  EXPECT_THAT(server.errors().front().message, HasSubstr("needs the name of a database"));
}

}  // namespace
}  // namespace pgrehearse::provision
