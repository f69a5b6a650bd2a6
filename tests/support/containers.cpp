#include "tests/support/containers.hpp"

#include <cstdlib>
#include <string_view>

namespace pgrehearse::testing {
namespace {

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

const base::Result<provision::ContainerEngine>& engine() {
  static const auto found = provision::ContainerEngine::find("");
  return found;
}

}  // namespace

std::string container_image() { return environment("PGREHEARSE_TEST_IMAGE", "pgrehearse-test/postgres:15"); }

std::string why_no_containers() {
  if (!engine()) return engine().errors().front().message;
  const auto image = engine()->call({"image", "inspect", "--format={{.Id}}", container_image()},
                                    "looking for the image", std::chrono::seconds(20));
  return image ? "" : "no container engine can be used with the tests' image: " + image.errors().front().message;
}

bool containers_are_required() { return environment("PGREHEARSE_REQUIRE_CONTAINERS", "0") == "1"; }

const provision::ContainerEngine& container_engine() { return *engine(); }

}  // namespace pgrehearse::testing
