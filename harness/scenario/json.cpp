#include "harness/scenario/json.hpp"

#include "harness/scenario/cast.hpp"
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
  for (const PassNames::Value& pass : draft.passes) {
    if (pass == PassNames::Value{"quiet"}) {
      draft.scenario.quiet_pass = true;
    } else if (pass == PassNames::Value{"traffic"}) {
      draft.scenario.traffic_pass = true;
    } else {
      draft.scenario.adversary_passes.push_back(pass);
    }
  }
  if (context.mistakes() > 0) return context.take();
  return std::move(draft.scenario);
}

}  // namespace pgrehearse::scenario
