#include "harness/app/cycle.hpp"

#include <fmt/format.h>

namespace pgrehearse::app {
namespace {

struct Step {
  std::string name;
  migrate::Direction direction;
};

std::vector<Step> steps(const std::vector<migrate::Migration>& range) {
  const Step up{"up", migrate::Direction::up};
  if (!migrate::without_down(range).empty()) return {up};
  return {up, {"down", migrate::Direction::down}, {"up_again", migrate::Direction::up}};
}

}  // namespace

base::Result<CycleOutcome> run_cycle(const Stage& stage, const std::string& pass,
                                     const std::vector<migrate::Migration>& range,
                                     const migrate::RunnerOptions& options, Phases& phases, const CycleHooks& hooks) {
  for (const Step& step : steps(range)) {
    if (const auto ready = hooks.before_step(step.name); !ready) return ready.errors();
    stage.progress.stage(fmt::format("{} pass: {}", pass, step.name));
    phases.begin(step.name);
    const auto outcome = migrate::run_phase(range, {pass, step.name, step.direction}, options, stage.clock,
                                            stage.recorder, stage.cancellation);
    if (!outcome) return outcome.errors();

    stage.progress.stage(fmt::format("{} pass: after {}", pass, step.name));
    phases.begin("after_" + step.name);
    if (const auto settled = hooks.after_step(step.name, !outcome->failure); !settled) return settled.errors();
    if (const auto& failure = outcome->failure) {
      stage.progress.note(
          fmt::format("{}:{}: {}: {}", failure->file, failure->line, failure->sqlstate, failure->message));
      return CycleOutcome{step.name};
    }
  }
  return CycleOutcome{};
}

}  // namespace pgrehearse::app
