// The same rehearsal on every supported major finds the same. The server programs of the majors that the distribution
// does not carry are in the folder $PGREHEARSE_TEST_MAJORS (see `./dev majors`).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/app/essence.hpp"
#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Rewrites, scans, weak and strong locks, a constraint in two steps; and a down that forgets one thing, so that the
// verdict is certain whatever the machine does.
constexpr const char* up = R"(
ALTER TABLE users ADD COLUMN score double precision NOT NULL DEFAULT random();
ALTER TABLE orders ADD CONSTRAINT note_length CHECK (length(note) < 100000) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT note_length;
CREATE INDEX orders_note_idx ON orders (note);
CREATE VIEW busy_users AS SELECT u.id, count(*) AS orders FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.id;
)";
constexpr const char* down = R"(
DROP VIEW busy_users;
DROP INDEX orders_note_idx;
ALTER TABLE users DROP COLUMN score;
)";

Json summary_of(const SmallRehearsal& small, const std::string& name, const std::vector<std::string>& server) {
  small.folder().write("up.sql", up);
  small.folder().write("down.sql", down);
  std::vector<std::string> arguments = small.run_arguments();
  arguments.back() = small.folder().path(name);
  arguments.insert(arguments.end(), server.begin(), server.end());
  const auto run = base::run(small.command(arguments), 180s);
  if (!run) return {};
  EXPECT_EQ(run->exit_status, 1) << run->out << run->err;
  return Json::parse(small.folder().read(name + "/summary.json"), nullptr, false);
}

// Of the machine's own PostgreSQL; what the others are compared with.
const Json& reference() {
  static const Json summary = [] {
    const SmallRehearsal small;
    return summary_of(small, "reference", {"--server", "local"});
  }();
  return summary;
}

class Major : public ::testing::TestWithParam<int> {};

TEST_P(Major, FindsTheSame) {
  const std::string majors = environment("PGREHEARSE_TEST_MAJORS");
  const std::string folder = fmt::format("{}/{}/native/bin", majors, GetParam());
  // All of them skip or none: the words stand for the whole program in ctest's eyes.
  if (!std::filesystem::exists(majors))
    GTEST_SKIP() << "skipped here: no other major of PostgreSQL; see `./dev majors`";
  ASSERT_TRUE(std::filesystem::exists(folder + "/postgres")) << "no PostgreSQL " << GetParam() << " in " << majors;
  const SmallRehearsal small;
  const Json summary = summary_of(small, "run", {"--postgres-bin", folder});
  ASSERT_FALSE(summary.is_discarded());
  EXPECT_EQ(summary["server"]["version"].get<std::string>().rfind(fmt::format("{}.", GetParam()), 0), 0u);
  const Json expected = essence(reference()), seen = essence(summary);
  EXPECT_EQ(expected, seen) << Json::diff(expected, seen).dump(1);
  EXPECT_EQ(summary["passes"][1]["lock_waits"]["source"].get<std::string>().rfind("server_log", 0), 0u)
      << "its log was not read";
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Supported, Major, ::testing::Values(14, 16, 17, 18),
                         [](const auto& major) { return fmt::format("PostgreSQL{}", major.param); });

}  // namespace
}  // namespace pgrehearse::app
