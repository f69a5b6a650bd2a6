// Who took part beside the migration: adversaries and applications.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "harness/analyse/adversaries.hpp"
#include "harness/analyse/applications.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"
#include "reports/content.hpp"

namespace pgrehearse::reports {
namespace {

using analyse::AdversaryRun;

// "1.23 s to 3.26 s (pg_dump 15.20: ACCESS SHARE on all tables)" for each time that it took its place. Each detail
// once: an adversary does the same before every step of the migration.
std::vector<std::string> stands(const Pass& pass, const AdversaryRun& run) {
  std::vector<std::string> words, told;
  std::string from, more;
  for (const record::AdversaryStep& step : pass.adversary) {
    if (step.adversary != run.name || analyse::is_try(step)) continue;
    const std::string at = duration_text(step.at);
    if (step.step == "began" || step.step == "holds") from = at;
    if (step.step == "gave up" || step.step == "cancelled") more += fmt::format(", {} at {}", step.step, at);
    if (!step.detail.empty() && std::find(told.begin(), told.end(), step.detail) == told.end()) {
      more += fmt::format(" ({})", step.detail);
      told.push_back(step.detail);
    }
    if (step.step != "ended") continue;
    words.push_back(fmt::format("{} to {}{}", from, at, std::exchange(more, {})));
    from.clear();
  }
  if (!from.empty()) words.push_back(fmt::format("from {}{}", from, more));  // the record breaks off
  return words;
}

std::string plural(std::uint64_t count, const char* noun) {
  return fmt::format("{} {}{}", base::format_count(count), noun, count == 1 ? "" : "s");
}

std::string door_words(const analyse::Door& door) {
  const std::string refused =
      door.refused == 0 ? "none refused" : fmt::format("{} refused", base::format_count(door.refused));
  return fmt::format("{}: {} tried, {}, the slowest {}", door.role, plural(door.tries, "connection"), refused,
                     duration_text(door.slowest));
}

Cell errors_cell(const std::map<std::string, std::uint64_t>& errors, const analyse::ApplicationRun& run,
                 bool own_schema) {
  std::vector<std::string> words;
  bool misfit = false;
  for (const auto& [code, count] : errors) {
    const auto name = analyse::sqlstate_words(code);
    words.push_back(
        fmt::format("{} × {}{}", base::format_count(count), code, name.empty() ? "" : fmt::format(" {}", name)));
    misfit = misfit || (!own_schema && run.misfits.count(code) > 0);
  }
  if (words.empty()) return std::string(nothing);
  return {fmt::format("{}", fmt::join(words, ", ")), misfit ? Tone::bad : Tone::plain};
}

// Of the schema in that phase, for this application.
std::string schema_words(const analyse::ApplicationRun& run, const analyse::ApplicationPhase& phase) {
  if (phase.phase == "up" || phase.phase == "down" || phase.phase == "up_again") return "changing";
  const bool old_code = run.name == "old";
  return old_code == phase.own_schema ? "old" : "new";
}

}  // namespace

std::vector<std::string> adversary_sentences(const Pass& pass) {
  std::vector<std::string> sentences;
  for (const AdversaryRun& run : pass.adversaries) {
    std::string text = fmt::format("Adversary {}: {}", run.name, fmt::join(stands(pass, run), ", "));
    for (const analyse::Door& door : run.doors) text += "; " + door_words(door);
    if (run.blocked.operations > 0) {
      text += fmt::format("; {} waited for it alone, {} the longest", plural(run.blocked.operations, "operation"),
                          duration_text(run.blocked.max));
    }
    sentences.push_back(std::move(text));
  }
  return sentences;
}

Table applications_table(const Pass& pass) {
  Table table{{{"code", false, true}, {"phase"}, {"schema"}, {"sent", true}, {"failed", true}, {"errors"}}, {}};
  for (const analyse::ApplicationRun& run : pass.applications) {
    for (const analyse::ApplicationPhase& phase : run.phases) {
      table.rows.push_back({run.name, analyse::phase_words(phase.phase), schema_words(run, phase),
                            base::format_count(phase.sent),
                            Cell(base::format_count(phase.failed), phase.failed > 0 ? Tone::bad : Tone::plain),
                            errors_cell(phase.errors, run, phase.own_schema)});
    }
  }
  return table;
}

}  // namespace pgrehearse::reports
