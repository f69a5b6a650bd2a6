#include "harness/app/clone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <utility>

namespace pgrehearse::app {
namespace {

// Names of adversaries are the user's, and there may be many in one pass: PostgreSQL cuts names at 63 bytes.
std::string plain(std::string pass) {
  constexpr std::size_t longest = 30;
  const auto number = std::hash<std::string>()(pass);
  std::replace_if(
      pass.begin(), pass.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return pass.size() <= longest ? pass : fmt::format("{}_{:08x}", pass.substr(0, longest), number & 0xffffffff);
}

}  // namespace

base::Result<Clone> Clone::make(provision::Server& server, const std::string& from, const std::string& pass) {
  std::string database = server.database_name("pass_" + plain(pass));
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
