// The image that a container is made from.
#pragma once

#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/container_engine.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::provision {

struct ContainerImage {
  std::string name;  // "postgres:17"
  int major = 0;     // of the PostgreSQL in it

  // The one that is asked for, else the official one of the major that is asked for, else of the newest that was tried.
  // Pulled where the engine does not have it. An error when what is in it is too old, or not of the major asked for.
  static base::Result<ContainerImage> get(const ContainerEngine& engine, const ServerOptions& options,
                                          const base::Cancellation* cancellation);
};

}  // namespace pgrehearse::provision
