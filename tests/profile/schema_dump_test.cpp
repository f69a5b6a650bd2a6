// What is left of pg_dump's output.
#include "harness/profile/schema_dump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(DumpSchema, SaysWhatToInstallWhereNoPgDumpFits) {
  const auto dumped = dump_schema({}, 99, {"/nowhere"});
  ASSERT_FALSE(dumped.ok());
  EXPECT_THAT(dumped.errors().front().message, HasSubstr("no pg_dump of PostgreSQL 99 or newer"));
  EXPECT_THAT(dumped.errors().front().hint, HasSubstr("install postgresql-client-99"));
  EXPECT_THAT(dumped.errors().front().hint, HasSubstr("--no-schema"));
}

}  // namespace
}  // namespace pgrehearse::profile
