// Short errands of the administrator, each in a session of its own.
#pragma once

#include <string>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {

// Runs `work(session)`; its postgres::Failure is told as one that happened while `doing`.
template <class Work>
base::Status administer(const postgres::Target& target, const std::string& doing, Work work) {
  auto session = postgres::Session::open(target);
  if (!session) return session.errors();
  try {
    work(**session);
  } catch (const postgres::Failure& failure) {
    return to_error(failure, doing);
  }
  return base::success();
}

}  // namespace pgrehearse::provision
