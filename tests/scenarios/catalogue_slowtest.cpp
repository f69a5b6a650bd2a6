// Each variant of the catalogue comes to the verdict that its scenario promises. The promise is read from the scenario,
// so that the page, the file and the test cannot disagree.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/scenario/catalogue.hpp"
#include "harness/scenario/read.hpp"
#include "tests/scenarios/rehearsal.hpp"

namespace pgrehearse::scenarios {
namespace {

struct Case {
  std::string scenario, variant;
};

class Catalogue : public ::testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() { setenv("PGREHEARSE_SCENARIOS", PGREHEARSE_SOURCE_DIR "/scenarios", 1); }
};

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  std::string name = info.param.scenario + '_' + info.param.variant;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string word(scenario::Verdict verdict) {
  return verdict == scenario::Verdict::pass ? "pass" : verdict == scenario::Verdict::fail ? "fail" : "inconclusive";
}

Expected promised(const Case& which) {
  scenario::Flags flags;
  flags.variant = which.variant;
  const auto read = scenario::read_scenario(*scenario::find_scenario(which.scenario), flags);
  const scenario::Expectation& expect = read->expect;
  Expected expected{word(*expect.verdict),
                    *expect.verdict == scenario::Verdict::pass ? 0 : 1,
                    expect.failed_gates,
                    expect.statement,
                    {},
                    {}};
  const auto on = expect.lock.find(" on ");  // "AccessExclusiveLock on public.users"
  if (on == std::string::npos) return expected;
  expected.lock_mode = expect.lock.substr(0, on);
  expected.lock_relation = expect.lock.substr(on + 4);
  return expected;
}

TEST_P(Catalogue, KeepsItsPromise) {
  const auto [scenario, variant] = GetParam();
  // One of them on the disk, where the others' servers are in memory.
  std::map<std::string, std::string> environment;
  if (scenario == "rename-column") environment["TMPDIR"] = "/var/tmp";
  Rehearsal rehearsal = rehearse(scenario, variant, environment);
  // Inconclusive says that the machine was busy with other work: then, and only then, once more.
  if (rehearsal.exit_status == 3) rehearsal = rehearse(scenario, variant, environment);
  expect_outcome(rehearsal, promised(GetParam()));
}

// These rewrite and index a million rows.
INSTANTIATE_TEST_SUITE_P(Busy, Catalogue,
                         ::testing::Values(Case{"required-column", "risky"}, Case{"required-column", "safe"},
                                           Case{"index", "risky"}, Case{"index", "safe"}),
                         name_of);

// These wait nearly all the time: for the end of a phase, and behind a reader.
INSTANTIATE_TEST_SUITE_P(Patient, Catalogue,
                         ::testing::Values(Case{"behind-a-reader", "risky"}, Case{"behind-a-reader", "safe"},
                                           Case{"rename-column", "risky"}, Case{"rename-column", "safe"}),
                         name_of);

}  // namespace
}  // namespace pgrehearse::scenarios
