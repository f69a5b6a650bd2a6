// The server of a run, with production's settings where the scenario imports them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

// Others run it, and nothing may be set on it.
bool is_existing(const scenario::Server& server);

// What options.server.settings_from gives goes under options.server.settings. `tell` hears in words what was taken and
// what was not, and why; also what this server's major refused, which then goes without it. An existing server keeps
// its own settings.
base::Result<std::unique_ptr<provision::Server>> start_server(provision::ServerOptions options,
                                                              const std::function<void(const std::string&)>& tell,
                                                              const base::Cancellation& cancellation);

}  // namespace pgrehearse::app
