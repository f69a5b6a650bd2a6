#include "harness/provision/container_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgrehearse::provision {
namespace {

using ::testing::HasSubstr;

// As podman 4.3 and docker 20.10 word them.
TEST(ContainerEngine, KnowsTheWayOutOfUsualTroubles) {
  EXPECT_THAT(
      way_out("Error: finding init binary: container-init binary not found on the host: stat /usr/libexec/podman/"
              "catatonit: no such file or directory"),
      HasSubstr("apt-get install catatonit"));
  EXPECT_THAT(way_out("runc: runc create failed: unable to start container process: error during container init: error "
                      "setting rlimits for ready process: error setting rlimit type 7: operation not permitted"),
              HasSubstr("default_ulimits"));
  EXPECT_THAT(way_out("Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/"
                      "docker.sock"),
              HasSubstr("group docker"));
  EXPECT_EQ(way_out("Error: No such container: x"), "");
}

}  // namespace
}  // namespace pgrehearse::provision
