// A run that finds its database in the cache rehearses on the same rows as one that made them; a server that is kept
// stays until it is cleaned up.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/base/subprocess.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/populate/fingerprint.hpp"
#include "tests/app/essence.hpp"
#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

// The value of `key` in "PGPASSFILE=/x psql -h /y -p 5432 -U pgrehearse template".
std::string word_after(const std::string& command, const std::string& key) {
  const auto start = command.find(key);
  if (start == std::string::npos) return "";
  const auto from = start + key.size();
  return command.substr(from, command.find_first_of(" \n\"", from) - from);
}

class CachedRun : public ::testing::Test {
 protected:
  base::Output run(const std::string& name, const std::vector<std::string>& more) {
    auto arguments = small.quiet_arguments(name);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return small.run(std::move(arguments));
  }
  std::string notices(const std::string& name) { return small.folder().read(name + "/events.jsonl"); }
  Json summary(const std::string& name) { return Json::parse(small.folder().read(name + "/summary.json")); }

  // All rows of the kept server's template, by checksum; then the server is cleaned up.
  std::vector<populate::Fingerprint> rows_of_kept(const std::string& name) {
    const std::string words = notices(name);
    postgres::Target target;
    target.host = word_after(words, "psql -h ");
    target.port = 5432;
    target.user = "pgrehearse";
    target.database = "template";
    target.parameters["passfile"] = word_after(words, "PGPASSFILE=");
    auto session = postgres::Session::open(target);
    if (!session) {
      ADD_FAILURE() << to_string(session.errors().front());
      return {};
    }
    const auto catalog = populate::read_catalog(**session);
    auto found = populate::fingerprint(**session, catalog.value());
    EXPECT_TRUE(found);
    session->reset();
    const auto cleaned = base::run(small.command({"doctor", "--clean"}), 60s);
    EXPECT_EQ(cleaned->exit_status, 0) << cleaned->out << cleaned->err;
    return found ? *found : std::vector<populate::Fingerprint>{};
  }

  SmallRehearsal small;
};

TEST_F(CachedRun, HasTheSameRowsAsAFreshOne) {
  const std::string cache = small.folder().path("cache");
  const auto fresh = run("fresh", {"--keep", "--cache", cache});
  ASSERT_EQ(fresh.exit_status, 0) << fresh.out << fresh.err;
  EXPECT_THAT(notices("fresh"), HasSubstr("the filled database was kept in"));
  EXPECT_FALSE(small.left_behind().empty()) << "the server was to be kept";
  const auto made = rows_of_kept("fresh");
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});

  const auto cached = run("cached", {"--keep", "--cache", cache});
  ASSERT_EQ(cached.exit_status, 0) << cached.out << cached.err;
  EXPECT_THAT(notices("cached"), HasSubstr("the filled database came from"));
  EXPECT_THAT(cached.err, Not(HasSubstr("Filling the tables")));
  const auto copied = rows_of_kept("cached");

  ASSERT_EQ(made.size(), 2u);
  EXPECT_EQ(made[0].rows, 5000u);
  EXPECT_EQ(made, copied);
  EXPECT_EQ(essence(summary("fresh"))["passes"], essence(summary("cached"))["passes"]);
}

TEST_F(CachedRun, IsNotMistakenForAnother) {
  const std::string cache = small.folder().path("cache");
  ASSERT_EQ(run("first", {"--cache", cache}).exit_status, 0);
  EXPECT_THAT(run("seed", {"--cache", cache, "--seed", "43"}).err, HasSubstr("Filling the tables"));
  EXPECT_THAT(run("rows", {"--cache", cache, "--rows", "users=4k"}).err, HasSubstr("Filling the tables"));
  small.folder().write("schema.sql", std::string(small_schema) + "CREATE TABLE more (id int PRIMARY KEY);");
  EXPECT_THAT(run("schema", {"--cache", cache}).err, HasSubstr("Filling the tables"));

  const auto doctor = base::run(small.command({"doctor", "--cache", cache, "--format", "json"}), 60s);
  EXPECT_EQ(Json::parse(doctor->out)["cache"]["entries"], 4);
  const auto cleaned = base::run(small.command({"doctor", "--clean", "--cache", cache}), 60s);
  EXPECT_EQ(cleaned->exit_status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(cache));
}

}  // namespace
}  // namespace pgrehearse::app
