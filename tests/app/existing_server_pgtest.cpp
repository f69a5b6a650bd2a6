// Whole runs on a server that others run, with the program itself.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>

#include "harness/base/wait_until.hpp"
#include "tests/app/essence.hpp"
#include "tests/app/small_rehearsal.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class OnAnExistingServer : public ::testing::Test {
 protected:
  base::Output run(const postgres::Target& target, std::map<std::string, std::string> environment = {}) {
    std::vector<std::string> arguments = small.run_arguments();
    arguments.back() = small.folder().path(fmt::format("run{}", ++runs));
    arguments.push_back("--server");
    arguments.push_back(environment.empty() ? target.connection_string() : "existing");
    base::Command command = small.command(arguments);
    command.environment.insert(environment.begin(), environment.end());
    auto done = base::run(command, 120s);
    if (!done) ADD_FAILURE() << to_string(done.errors().front());
    return done ? *done : base::Output{};
  }
  Json summary() const { return Json::parse(small.folder().read("run1/summary.json"), nullptr, false); }

  int runs = 0;
  SmallRehearsal small;
  testing::ScratchDatabase database;
};

// Loading as an owner, waits by sampling, one role for all; and the report says so.
TEST_F(OnAnExistingServer, NeedsNoSuperuserAndSaysWhatItCouldNotSee) {
  // Foreign keys with a name, a comment and an action; a trigger that must not fire while rows are loaded.
  small.folder().write("schema.sql", std::string(small_schema) + R"(
    ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
    ALTER TABLE orders ADD CONSTRAINT belongs_to FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
    COMMENT ON CONSTRAINT belongs_to ON orders IS 'the buyer';
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;
    CREATE TRIGGER refuses BEFORE INSERT ON users FOR EACH ROW WHEN (NEW.id < 0) EXECUTE FUNCTION refuse();)");
  small.folder().write("down.sql", "DROP INDEX orders_note_idx;\n");  // a certain verdict
  const auto administrator = postgres::Session::open(testing::server()).value();
  administrator->attempt("CREATE ROLE tenant LOGIN CREATEDB PASSWORD 's3cret'");
  administrator->query(fmt::format("ALTER DATABASE \"{}\" OWNER TO tenant", database.target().database));
  postgres::Target tenant = database.target();
  tenant.user = "tenant";
  tenant.password = "s3cret";

  const auto done = run(tenant);
  ASSERT_EQ(done.exit_status, 1) << done.out << done.err;
  const Json seen = summary();
  EXPECT_EQ(seen["tables"][0]["rows"], 5000);
  EXPECT_EQ(seen["passes"][0]["cycle"]["differences"][0], "schema: column public.users.nick: still there after down");
  EXPECT_EQ(seen["passes"][1]["lock_waits"]["source"].get<std::string>().find("server_log"), std::string::npos);
  EXPECT_THAT(done.out, HasSubstr("without superuser"));
  for (const char* file : {"run1/manifest.json", "run1/events.jsonl", "run1/summary.json", "run1/report.html"}) {
    EXPECT_EQ(small.folder().read(file).find("s3cret"), std::string::npos) << file;
  }
  const auto left = administrator->query("SELECT count(*) FROM pg_database WHERE datname LIKE $1",
                                         {database.target().database + "\\_%"});
  EXPECT_EQ(left.integer(0, 0), 0);
}

// Ctrl-C while adversaries hold a prepared transaction and a VACUUM.
TEST_F(OnAnExistingServer, LeavesNothingOfItsAdversaries) {
  std::vector<std::string> arguments = small.run_arguments();
  arguments.insert(arguments.end(), {"--pass", "prepared-transaction+autovacuum+pg-dump", "--server",
                                     database.target().connection_string()});
  const std::string log = small.folder().path("log");
  auto child = base::Child::start(small.command(arguments), log);
  ASSERT_TRUE(child);
  const auto session = postgres::Session::open(testing::server()).value();
  const auto prepared = [&] { return session->query("SELECT 1 FROM pg_prepared_xacts").size() > 0; };
  ASSERT_TRUE(base::wait_until(prepared, 60s)) << small.folder().read("log");
  child->signal(SIGINT);
  EXPECT_EQ(child->wait(60s), 130) << small.folder().read("log");
  EXPECT_FALSE(prepared());
  EXPECT_EQ(session->query("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'pgrehearse:adversary%'").size(),
            0u);
  const auto left =
      session->query("SELECT count(*) FROM pg_database WHERE datname LIKE $1", {database.target().database + "\\_%"});
  EXPECT_EQ(left.integer(0, 0), 0);
}

TEST_F(OnAnExistingServer, TakesTheAddressFromTheEnvironmentOnlyWhenAsked) {
  database.session()->query("CREATE TABLE customers (n int)");
  const postgres::Target& target = database.target();
  const auto by_url = run(target, {{"DATABASE_URL", target.connection_string()}});
  EXPECT_EQ(by_url.exit_status, 4);
  EXPECT_THAT(by_url.err, HasSubstr("is not empty (1 object: table public.customers)"));
  const auto by_parts = run(target, {{"PGHOST", target.host},
                                     {"PGPORT", std::to_string(target.port)},
                                     {"PGUSER", target.user},
                                     {"PGPASSWORD", target.password},
                                     {"PGDATABASE", target.database}});
  EXPECT_EQ(by_parts.exit_status, 4) << by_parts.err;
  EXPECT_THAT(by_parts.err, HasSubstr("is not empty"));
}

TEST_F(OnAnExistingServer, RefusesOneInUse) {
  const auto other = database.session();
  const auto done = run(database.target());
  EXPECT_EQ(done.exit_status, 4);
  EXPECT_THAT(done.err, HasSubstr("is in use by 1 other session"));
}

TEST_F(OnAnExistingServer, RefusesOneNamedLikeProduction) {
  const auto session = postgres::Session::open(testing::server()).value();
  session->query("CREATE DATABASE \"shop-prod\"");
  postgres::Target target = testing::server();
  target.database = "shop-prod";
  const auto done = run(target);
  session->query("DROP DATABASE \"shop-prod\"");
  EXPECT_EQ(done.exit_status, 4);
  EXPECT_THAT(done.err, HasSubstr("'shop-prod' is named like production"));
}

TEST_F(OnAnExistingServer, SaysThatADatabaseMustBeNamed) {
  postgres::Target target = database.target();
  target.database.clear();
  const auto done = run(target);
  EXPECT_EQ(done.exit_status, 2);
  EXPECT_THAT(done.err, HasSubstr("needs the name of a database"));
}

}  // namespace
}  // namespace pgrehearse::app
