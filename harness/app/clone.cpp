#include "harness/app/clone.hpp"

#include <algorithm>
#include <utility>

namespace pgrehearse::app {

base::Result<Clone> Clone::make(provision::Server& server, const std::string& from, const std::string& pass) {
  std::string database = server.database_name("pass_" + pass);
  std::replace(database.begin(), database.end(), ':', '_');
  if (const auto cloned = server.clone(from, database); !cloned) return cloned.errors();
  return Clone(server, std::move(database));
}

Clone::Clone(Clone&& other) noexcept
    : server_(std::exchange(other.server_, nullptr)), database_(std::move(other.database_)) {}

Clone::~Clone() {
  // A copy that cannot be dropped goes with the server.
  if (server_) static_cast<void>(server_->drop(database_));
}

}  // namespace pgrehearse::app
