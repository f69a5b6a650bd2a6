// The server that the scenario asks for, from whichever provider gives it.
#pragma once

#include <memory>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::provision {

// "auto": a private cluster where binaries (of the major) are found, else a container where an engine answers; where
// neither, an error with both reasons. The calling thread must live as long as the server (see LocalCluster).
base::Result<std::unique_ptr<Server>> open_server(const ServerOptions& options,
                                                  const base::Cancellation* cancellation = nullptr);

// What decides how a generated database looks on disk, on the server that open_server() would give: provider, version,
// place of the programs. Empty where databases cannot be saved there, or where there is no such server.
std::string identity_for_cache(const scenario::Server& wanted);

}  // namespace pgrehearse::provision
