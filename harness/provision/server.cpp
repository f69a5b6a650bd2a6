#include "harness/provision/server.hpp"

namespace pgrehearse::provision {

base::Status Server::save(const std::string&) {
  return base::environment_error("the databases of this kind of server cannot be kept for the next run");
}

}  // namespace pgrehearse::provision
