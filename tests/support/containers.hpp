// The engine and the image of the tests with containers; see `./dev containers`.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "harness/provision/container_engine.hpp"

namespace pgrehearse::testing {

// An image with PostgreSQL that keeps the official one's contract: $PGREHEARSE_TEST_IMAGE.
std::string container_image();
// Why a test with containers cannot run here; empty: it can.
std::string why_no_containers();
// Whether it must run nonetheless, and so fails: $PGREHEARSE_REQUIRE_CONTAINERS is 1.
bool containers_are_required();
const provision::ContainerEngine& container_engine();

}  // namespace pgrehearse::testing

// First in a test or a fixture's SetUp().
#define PGR_NEEDS_CONTAINERS()                                              \
  do {                                                                      \
    const std::string reason = ::pgrehearse::testing::why_no_containers();  \
    if (reason.empty()) break;                                              \
    if (::pgrehearse::testing::containers_are_required()) FAIL() << reason; \
    GTEST_SKIP() << "skipped here: " << reason;                             \
  } while (false)
