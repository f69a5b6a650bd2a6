// A pass's own copy of the template database, dropped when the pass is over, however it ends.
#pragma once

#include <string>

#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

class Clone {
 public:
  static base::Result<Clone> make(provision::Server& server, const std::string& from, const std::string& pass);
  Clone(Clone&& other) noexcept;
  Clone& operator=(Clone&&) = delete;
  ~Clone();

  const std::string& database() const { return database_; }

 private:
  Clone(provision::Server& server, std::string database) : server_(&server), database_(std::move(database)) {}

  provision::Server* server_;
  std::string database_;
};

}  // namespace pgrehearse::app
