// What a run's manifest says of the program, the machine and the server; and what earlier runs left on this machine.
#pragma once

#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"
#include "harness/record/manifest.hpp"
#include "harness/record/run_folder.hpp"
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

// For a run whose folder nobody named: "pgrehearse-runs/<time>-<name>", with "-2", "-3", ... behind it where other runs
// of that name began in the same second. Made, so that no other run gets it.
base::Result<std::string> make_default_folder(const std::string& name, const base::Clock& clock);

// Writes into the manifest how the run ended: in order, interrupted, or with the first of its errors. Returns
// `outcome`, or, where that is a success, what was not recorded.
base::Status record_end(const base::Status& outcome, record::Manifest& manifest, record::RunFolder& folder,
                        const base::Clock& clock);

// Removes the servers and folders of runs that were killed, and says so.
void sweep_leftovers(base::Progress& progress);

}  // namespace pgrehearse::app
