#include "harness/provision/open_server.hpp"

#include <fmt/format.h>

#include "harness/provision/binaries.hpp"
#include "harness/provision/container_engine.hpp"
#include "harness/provision/container_server.hpp"
#include "harness/provision/existing_server.hpp"
#include "harness/provision/local_cluster.hpp"

namespace pgrehearse::provision {
namespace {

template <class Kind>
base::Result<std::unique_ptr<Server>> as_server(base::Result<std::unique_ptr<Kind>> started) {
  if (!started) return std::move(started).errors();
  return std::unique_ptr<Server>(std::move(started).value());
}

// What the user named decides, where they named something that only one provider has.
base::Result<std::string> chosen_provider(const scenario::Server& server) {
  if (server.use != "auto") return server.use;
  if (!server.postgres_bin.empty()) return std::string("local");
  if (!server.image.empty() || !server.engine.empty()) return std::string("container");
  const auto binaries = find_binaries("", server.major.value_or(0));
  if (binaries) return std::string("local");
  const auto engine = ContainerEngine::find("");
  if (engine) return std::string("container");
  base::Errors errors = binaries.errors();
  errors.insert(errors.end(), engine.errors().begin(), engine.errors().end());
  return errors;
}

}  // namespace

std::string identity_for_cache(const scenario::Server& wanted) {
  const auto provider = chosen_provider(wanted);
  if (!provider || *provider != "local") return "";
  const auto binaries = find_binaries(wanted.postgres_bin, wanted.major.value_or(0));
  return binaries ? fmt::format("local {} {}", binaries->version, binaries->folder) : "";
}

base::Result<std::unique_ptr<Server>> open_server(const ServerOptions& options,
                                                  const base::Cancellation* cancellation) {
  const auto provider = chosen_provider(options.server);
  if (!provider) return provider.errors();
  if (*provider == "local") return as_server(LocalCluster::start(options, cancellation));
  if (*provider == "container") return as_server(ContainerServer::start(options, cancellation));
  return as_server(ExistingServer::start(options));
}

}  // namespace pgrehearse::provision
