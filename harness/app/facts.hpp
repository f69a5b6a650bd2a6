// What a run's manifest says of the program, the machine and the server; and what earlier runs left on this machine.
#pragma once

#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"
#include "harness/record/manifest.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

// Without the server's facts, which are known later.
record::Manifest first_manifest(const scenario::Scenario& scenario, const std::vector<std::string>& command,
                                const base::Clock& clock);
// A relaxed server for the run in `folder`.
provision::ServerOptions server_options(const scenario::Server& wanted, const std::string& folder,
                                        base::Progress& progress);
base::Result<record::ServerFacts> server_facts(const provision::Server& server);
record::ServerFacts recorded(const provision::Facts& facts);

// Of a run whose folder nobody named: "pgrehearse-runs/<time>-<name>".
std::string default_folder(const std::string& name, const base::Clock& clock);

// Removes the servers and folders of runs that were killed, and says so.
void sweep_leftovers(base::Progress& progress);

}  // namespace pgrehearse::app
