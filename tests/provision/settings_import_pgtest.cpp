// Reading production's settings from a server: the one of these tests stands for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/provision/settings_import.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::provision {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::Not;

TEST(ImportFromServer, ReadsWhatDiffersFromTheBuiltInValues) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  const std::string name = postgres::quote_identifier(database.target().database);
  for (const char* setting : {"random_page_cost = 1.25", "work_mem = '13MB'", "enable_hashjoin = on"}) {
    session->query("ALTER DATABASE " + name + " SET " + setting);
  }
  const auto imported = import_settings(database.target().connection_string(), 24ull << 30);
  ASSERT_TRUE(imported) << to_string(imported.errors().front());
  EXPECT_EQ(imported->imported.at("random_page_cost"), "1.25");
  EXPECT_EQ(imported->imported.at("work_mem"), "13MB");
  EXPECT_FALSE(imported->imported.contains("enable_hashjoin")) << "it is as it is built in";
  EXPECT_FALSE(imported->imported.contains("application_name"));
  EXPECT_THAT(imported->left_out, Contains(Field(&LeftOut::name, "unix_socket_directories")));
  EXPECT_THAT(imported->left_out, Not(Contains(Field(&LeftOut::name, "server_version")))) << "nobody set that";
}

TEST(ImportFromServer, SaysThatNobodyAnswers) {
  const auto imported = import_settings("postgresql://127.0.0.1:1/app?connect_timeout=2", 24ull << 30);
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.errors()[0].kind, base::ErrorKind::environment);
}

}  // namespace
}  // namespace pgrehearse::provision
