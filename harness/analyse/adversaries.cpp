#include "harness/analyse/adversaries.hpp"

#include <algorithm>

namespace pgrehearse::analyse {
namespace {

template <class Named>
Named& named(std::vector<Named>& list, std::string Named::*member, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.*member == name; });
  if (found != list.end()) return *found;
  list.emplace_back().*member = name;
  return list.back();
}

// The detail of a try is the role, and after a colon why it failed.
void count_try(AdversaryRun& run, const record::AdversaryStep& step) {
  Door& door = named(run.doors, &Door::role, step.detail.substr(0, step.detail.find(':')));
  ++door.tries;
  door.refused += step.step == "refused" ? 1 : 0;
  door.slowest = std::max(door.slowest, step.took.value_or(Duration{}));
}

}  // namespace

bool is_try(const record::AdversaryStep& step) { return step.step == "connected" || step.step == "refused"; }

std::vector<AdversaryRun> adversary_runs(const std::vector<record::AdversaryStep>& steps,
                                         const std::vector<Wait>& waits) {
  std::vector<AdversaryRun> runs;
  for (const record::AdversaryStep& step : steps) {
    AdversaryRun& run = named(runs, &AdversaryRun::name, step.adversary);
    if (is_try(step)) count_try(run, step);
  }
  for (const Wait& wait : waits) {
    if (wait.adversary.empty()) continue;
    Blocked& blocked = named(runs, &AdversaryRun::name, wait.adversary).blocked;
    ++blocked.operations;
    blocked.total += wait.wait.duration;
    blocked.max = std::max(blocked.max, wait.wait.duration);
  }
  return runs;
}

}  // namespace pgrehearse::analyse
