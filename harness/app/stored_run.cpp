#include "harness/app/stored_run.hpp"

#include "harness/analyse/analyse.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/scenario/json.hpp"
#include "harness/scenario/read.hpp"

namespace pgrehearse::app {

base::Result<analyse::Analysis> analyse_stored_run(const std::string& folder,
                                                   const std::vector<std::string>& gate_changes) {
  const auto record = record::read_run_folder(folder);
  if (!record) return record.errors();
  if (record->manifest.kind == "load") {
    return base::usage_error("this is the record of traffic alone, which no gate judges",
                             "see `pgrehearse report`, and `pgrehearse merge` for several slices", {folder, 0, 0});
  }
  const auto scenario = scenario::from_json(record->manifest.scenario_json, folder + "/manifest.json");
  if (!scenario) return scenario.errors();
  const auto gates = scenario::change_gates(scenario->gates, gate_changes);
  if (!gates) return gates.errors();
  return analyse::analyse(*record, *gates);
}

}  // namespace pgrehearse::app
