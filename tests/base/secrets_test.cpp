#include "harness/base/secrets.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::base {
namespace {

TEST(Secrets, AreTakenOutOfConnectionTexts) {
  EXPECT_EQ(without_password("postgresql://me:s3cret@db:5432/app"), "postgresql://me:***@db:5432/app");
  EXPECT_EQ(without_password("--server=postgres://me:a@b@db/app"), "--server=postgres://me:***@db/app");
  EXPECT_EQ(without_password("postgresql://db/app?user=me&password=s3cret&sslmode=require"),
            "postgresql://db/app?user=me&password=***&sslmode=require");
  EXPECT_EQ(without_password("host=db password='it\\'s secret' user=me"), "host=db password=*** user=me");
  EXPECT_EQ(without_password("host=db password = s3cret sslpassword=x"), "host=db password = *** sslpassword=***");
}

TEST(Secrets, LeaveOtherTextAlone) {
  for (const char* text : {"", "postgresql://me@db/app", "users=1M", "--rows", "a:b@c"}) {
    EXPECT_EQ(without_password(text), text);
  }
}

TEST(ConnectionText, IsAUriOrPairs) {
  for (const char* text : {"postgres://", "postgresql://me@db/app", "host=db", "dbname = 'a b'"}) {
    EXPECT_TRUE(is_connection_text(text)) << text;
  }
  for (const char* text : {"", "local", "prod.conf", "/a=b/prod.conf", "http://db"}) {
    EXPECT_FALSE(is_connection_text(text)) << text;
  }
}

}  // namespace
}  // namespace pgrehearse::base
