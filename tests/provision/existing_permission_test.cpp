#include "harness/provision/existing_permission.hpp"

#include <gtest/gtest.h>

#include "harness/provision/container_engine.hpp"

namespace pgrehearse::provision {
namespace {

TEST(NamedLikeProduction, GoesByWholeWords) {
  for (const char* name : {"prod", "shop-prod", "prod.db.example.com", "SHOP_PRODUCTION", "db-live-2", "primary"}) {
    EXPECT_TRUE(named_like_production(name)) << name;
  }
  for (const char* name : {"", "products", "product_catalogue", "staging", "delivery", "reproduction", "localhost"}) {
    EXPECT_FALSE(named_like_production(name)) << name;
  }
}

TEST(ContainerEngine, IsOnThisMachineByItsEndpoint) {
  for (const char* endpoint : {"", "unix:///var/run/docker.sock", "unix:///run/user/1000/docker.sock",
                               "tcp://127.0.0.1:2375", "tcp://localhost:2376"}) {
    EXPECT_TRUE(is_on_this_machine(endpoint)) << endpoint;
  }
  for (const char* endpoint : {"tcp://docker:2375", "ssh://me@build.example", "tcp://10.0.0.7:2376"}) {
    EXPECT_FALSE(is_on_this_machine(endpoint)) << endpoint;
  }
}

}  // namespace
}  // namespace pgrehearse::provision
