#include "harness/scenario/json.hpp"

#include "harness/scenario/document.hpp"
#include "harness/scenario/draft.hpp"

namespace pgrehearse::scenario {

std::string to_json(const Scenario& scenario) { return to_json(write_draft(scenario)); }

base::Result<Scenario> from_json(const std::string& json, const std::string& source) {
  auto root = parse_document(json, source);
  if (!root) return root.errors();
  Context context(true);
  Draft draft = read_draft(*root, context);
  draft.scenario.quiet_pass = draft.scenario.traffic_pass = false;
  for (const std::string& pass : draft.passes) {
    draft.scenario.quiet_pass |= pass == "quiet";
    draft.scenario.traffic_pass |= pass == "traffic";
  }
  if (context.mistakes() > 0) return context.take();
  return std::move(draft.scenario);
}

}  // namespace pgrehearse::scenario
