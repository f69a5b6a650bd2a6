// What is left of pg_dump's output.
#include "harness/profile/schema_dump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace pgrehearse::profile {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kDump = R"(--
-- PostgreSQL database dump
--

\restrict 7uO2mCYyxPYIVPZkbL1F3

-- Dumped from database version 17.6

SET statement_timeout = 0;
SET transaction_timeout = 0;

--
-- Name: other; Type: SERVER; Schema: -; Owner: -
--

CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
    host 'db2'
);


--
-- Name: USER MAPPING app SERVER other; Type: USER MAPPING; Schema: -; Owner: -
--

CREATE USER MAPPING FOR app SERVER other OPTIONS (
    password 'hunter2',
    "user" 'app'
);


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id bigint
);


\unrestrict 7uO2mCYyxPYIVPZkbL1F3
)";

TEST(CleanDump, KeepsDefinitions) {
  const std::string cleaned = clean_dump(kDump);
  EXPECT_THAT(cleaned, HasSubstr("SET statement_timeout = 0;"));
  EXPECT_THAT(cleaned, HasSubstr("CREATE SERVER other"));
  EXPECT_THAT(cleaned, HasSubstr("CREATE TABLE public.users (\n    id bigint\n);"));
}

TEST(CleanDump, DropsPasswordsAndWhatOnlyPsqlOrANewerServerUnderstands) {
  const std::string cleaned = clean_dump(kDump);
  EXPECT_THAT(cleaned, Not(HasSubstr("hunter2")));
  EXPECT_THAT(cleaned, Not(HasSubstr("CREATE USER MAPPING")));
  EXPECT_THAT(cleaned, Not(HasSubstr("restrict")));
  EXPECT_THAT(cleaned, Not(HasSubstr("transaction_timeout")));
}

TEST(CleanDump, LeavesOtherLinesAtTheirNumbers) {
  const std::string dump = kDump, cleaned = without_psql_commands(dump);
  EXPECT_THAT(cleaned, HasSubstr("hunter2")) << "a file of the user's own is not censored";
  EXPECT_THAT(cleaned, Not(HasSubstr("restrict")));
  const auto line_of = [](const std::string& text, const std::string& part) {
    return std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find(part)), '\n');
  };
  EXPECT_EQ(line_of(cleaned, "CREATE TABLE"), line_of(dump, "CREATE TABLE"));
  EXPECT_EQ(line_of(clean_dump(dump), "CREATE TABLE"), line_of(dump, "CREATE TABLE"));
  EXPECT_EQ(without_psql_commands("SELECT 1"), "SELECT 1");
}

TEST(DumpSchema, SaysWhatToInstallWhereNoPgDumpFits) {
  const auto dumped = dump_schema({}, 99, {"/nowhere"});
  ASSERT_FALSE(dumped.ok());
  EXPECT_THAT(dumped.errors().front().message, HasSubstr("no pg_dump of PostgreSQL 99 or newer"));
  EXPECT_THAT(dumped.errors().front().hint, HasSubstr("install postgresql-client-99"));
  EXPECT_THAT(dumped.errors().front().hint, HasSubstr("--no-schema"));
}

}  // namespace
}  // namespace pgrehearse::profile
