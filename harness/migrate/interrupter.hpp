// While one of these lives, the user's wish to stop reaches the server: what the session runs is cancelled (57014).
#pragma once

#include <thread>

#include "harness/base/cancellation.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

class Interrupter {
 public:
  // Both must outlive it.
  Interrupter(postgres::Session& session, const base::Cancellation& cancellation);
  ~Interrupter();
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;

 private:
  base::Cancellation done_;
  std::thread thread_;
};

}  // namespace pgrehearse::migrate
