// Waiting for a server that starts.
#pragma once

#include <functional>
#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {

enum class Readiness { ready, ended, late, interrupted };

// Until a session to `target` opens. `running` is asked between tries whether the server is still there; `refusal` gets
// the words of the last try.
Readiness wait_for_sessions(const postgres::Target& target, const std::function<bool()>& running,
                            base::Duration deadline, const base::Cancellation* cancellation, std::string& refusal);

}  // namespace pgrehearse::provision
