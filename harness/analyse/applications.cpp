#include "harness/analyse/applications.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "harness/analyse/gate_outcome.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

// While the migration runs the schema is in between: foreign to both.
bool is_own_schema(std::string_view application, std::string_view phase) {
  if (application == "old") return phase == "baseline" || phase == "after_down";
  return phase == "after_up" || phase == "after_up_again";
}

bool caused_by_schema(std::string_view sqlstate) {
  return sqlstate.starts_with("22") || sqlstate.starts_with("23") || sqlstate.starts_with("42");
}

// What a phase adds for one application: the sum over its scripts.
ApplicationPhase sum_of(const Phase& phase, const ApplicationRun& application) {
  ApplicationPhase sum;
  sum.phase = phase.name;
  sum.own_schema = is_own_schema(application.name, phase.name);
  for (const ScriptTraffic& script : phase.scripts) {
    const auto& own = application.scripts;
    if (std::find(own.begin(), own.end(), script.name) == own.end()) continue;
    sum.sent += script.traffic.tally.sent;
    sum.failed += script.traffic.tally.failed;
    for (const auto& [code, count] : script.traffic.tally.errors) sum.errors[code] += count;
  }
  return sum;
}

struct Seen {
  std::uint64_t sent = 0;
  Counts errors;
};
Seen seen_on(const ApplicationRun& run, bool own_schema) {
  Seen seen;
  for (const ApplicationPhase& phase : run.phases) {
    if (phase.own_schema != own_schema) continue;
    seen.sent += phase.sent;
    for (const auto& [code, count] : phase.errors) seen.errors[code] += count;
  }
  return seen;
}

// Random keys collide now and then on any schema. Three times as often is not by chance, when it is more than a few; a
// name that the schema does not have is one at the first time.
bool is_misfit(const std::string& code, std::uint64_t count, const Seen& foreign, const Seen& own) {
  if (!caused_by_schema(code)) return false;
  const auto at_home = own.errors.find(code);
  const double expected =
      own.sent == 0 || at_home == own.errors.end()
          ? 0
          : static_cast<double>(at_home->second) / static_cast<double>(own.sent) * static_cast<double>(foreign.sent);
  const double by_chance = code.starts_with("42") ? 0 : 2;
  return static_cast<double>(count) > 3 * expected + by_chance;
}

void judge_run(ApplicationRun& run) {
  const Seen own = seen_on(run, true), foreign = seen_on(run, false);
  for (const auto& [code, count] : foreign.errors) {
    if (is_misfit(code, count, foreign, own)) run.misfits[code] = count;
  }
  if (foreign.sent > 0) run.survives = run.misfits.empty();
}

std::uint64_t misfits(const ApplicationRun& run, const ApplicationPhase& phase) {
  std::uint64_t sum = 0;
  for (const auto& [code, count] : phase.errors) sum += run.misfits.count(code) > 0 ? count : 0;
  return phase.own_schema ? 0 : sum;
}

const char* other_schema(std::string_view application) { return application == "old" ? "new" : "old"; }

// "traffic pass: 312 of 800 operations of the old code failed on the new schema: 300 of 42703 (undefined column)
// (up 3, after up 297)"
std::string evidence(const Pass& pass, const ApplicationRun& run) {
  std::uint64_t failed = 0;
  std::vector<std::string> codes, where;
  for (const auto& [code, count] : run.misfits) {
    failed += count;
    const auto words = sqlstate_words(code);
    codes.push_back(fmt::format("{} of {}{}", count, code, words.empty() ? "" : fmt::format(" ({})", words)));
  }
  for (const ApplicationPhase& phase : run.phases) {
    if (const auto count = misfits(run, phase)) where.push_back(fmt::format("{} {}", phase_words(phase.phase), count));
  }
  return fmt::format("{} pass: {} of {} operations of the {} code failed on the {} schema: {}; by phase: {}",
                     pass_words(pass.name), failed, seen_on(run, false).sent, run.name, other_schema(run.name),
                     fmt::join(codes, ", "), fmt::join(where, ", "));
}

const ApplicationRun* application_named(const Pass& pass, std::string_view name) {
  for (const ApplicationRun& run : pass.applications) {
    if (run.name == name) return &run;
  }
  return nullptr;
}

}  // namespace

std::vector<ApplicationRun> applications(const PassEvents& events, const std::vector<Phase>& phases) {
  std::vector<ApplicationRun> runs;
  for (const record::TrafficScript& script : events.scripts) {
    const auto known =
        std::find_if(runs.begin(), runs.end(), [&](const auto& r) { return r.name == script.application; });
    ApplicationRun& run = known == runs.end() ? runs.emplace_back() : *known;
    run.name = script.application;
    run.scripts.push_back(script.script);
  }
  for (ApplicationRun& run : runs) {
    for (const Phase& phase : phases) {
      if (ApplicationPhase sum = sum_of(phase, run); sum.sent > 0) run.phases.push_back(std::move(sum));
    }
    judge_run(run);
  }
  return runs;
}

record::Tally without_misfits(const Pass& pass, const Phase& phase) {
  record::Tally tally = phase.traffic->tally;
  for (const ApplicationRun& run : pass.applications) {
    for (const ApplicationPhase& each : run.phases) {
      if (each.phase != phase.name || each.own_schema) continue;
      for (const auto& [code, count] : each.errors) {
        if (run.misfits.count(code) == 0) continue;
        tally.failed -= count;
        if ((tally.errors[code] -= count) == 0) tally.errors.erase(code);
      }
    }
  }
  return tally;
}

std::string_view sqlstate_words(std::string_view sqlstate) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> words{{
      {"22001", "value too long"},
      {"22P02", "invalid text for a type"},
      {"23502", "missing value"},
      {"23503", "foreign key"},
      {"23505", "duplicate key"},
      {"23514", "check constraint"},
      {"42703", "undefined column"},
      {"42804", "wrong type"},
      {"42883", "undefined function"},
      {"42P01", "undefined table"},
  }};
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& pair) { return pair.first == sqlstate; });
  return found == words.end() ? std::string_view() : found->second;
}

bool has_application(const std::vector<Pass>& passes, std::string_view name) {
  return std::any_of(passes.begin(), passes.end(), [&](const Pass& pass) { return application_named(pass, name); });
}

Gate code_survives(const std::vector<Pass>& passes, std::string_view name) {
  const std::string id = fmt::format("{}_code_survives", name);
  std::optional<bool> survives;
  for (const Pass& pass : passes) {
    const ApplicationRun* run = application_named(pass, name);
    if (!run || !run->survives) continue;
    if (!*run->survives) return gate_of_facts(id, false, "survives", "breaks", evidence(pass, *run));
    survives = true;
  }
  const char* schema = other_schema(name);
  return gate_of_facts(id, survives, "survives", survives ? "survives" : "not seen",
                       survives ? fmt::format("the {} code had no errors of its own on the {} schema", name, schema)
                                : fmt::format("the {} code did not run on the {} schema (see applications.{}.phases)",
                                              name, schema, name));
}

}  // namespace pgrehearse::analyse
