#include "harness/analyse/analyse.hpp"

#include <algorithm>

#include "harness/analyse/advice.hpp"
#include "harness/analyse/applications.hpp"
#include "harness/analyse/cycle.hpp"
#include "harness/analyse/gates.hpp"
#include "harness/analyse/headline.hpp"
#include "harness/analyse/impact.hpp"
#include "harness/analyse/phases.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"

namespace pgrehearse::analyse {
namespace {

std::string failure_of(const Pass& pass) {
  for (const StatementRun& run : pass.statements) {
    if (!run.statement.sqlstate) continue;
    return place_of(run.statement) + ": " + *run.statement.sqlstate + ": " + run.statement.message;
  }
  return "";
}

Pass analyse_pass(const PassEvents& events) {
  Pass pass;
  pass.name = events.name;
  pass.start = events.time.from;
  pass.duration = events.time.length();
  pass.phases = phases(events);
  pass.timeline = timeline(events);
  pass.gaps = events.gaps;
  pass.adversary = events.adversary;
  pass.delivery = events.delivery;
  add_impact(pass, events);
  pass.applications = applications(events, pass.phases);
  pass.cycle = cycle(events);
  pass.failure = failure_of(pass);
  return pass;
}

void add_reason(std::vector<std::string>& reasons, const std::string& reason) {
  if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(reason);
}

std::vector<std::string> reasons_of(const std::vector<Doubt>& doubts, const std::vector<Gate>& gates) {
  std::vector<std::string> reasons;
  for (const Doubt& doubt : doubts) add_reason(reasons, doubt.reason);
  if (!doubts.empty()) return reasons;
  for (const Gate& gate : gates) {
    if (gate.outcome == Verdict::inconclusive) add_reason(reasons, gate.id + ": " + gate.because);
  }
  return reasons;
}

// Doubts are in the gates that they concern; migration_succeeds, which is always there, has those about everything.
Verdict verdict_of(const std::vector<Gate>& gates) {
  Verdict verdict = Verdict::pass;
  for (const Gate& gate : gates) verdict = std::max(verdict, gate.outcome);
  return verdict;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::fail:
      break;
  }
  return "fail";
}

Analysis analyse(const record::Record& record, const scenario::Gates& limits) {
  Analysis analysis;
  analysis.manifest = record.manifest;
  analysis.defects = record.defects;
  for (const record::Event& event : record.events) {
    if (const auto* table = std::get_if<record::TableFilled>(&event)) analysis.tables.push_back(*table);
    if (const auto* notice = std::get_if<record::Notice>(&event)) analysis.notices.push_back(notice->text);
  }
  for (const PassEvents& events : split_passes(record)) analysis.passes.push_back(analyse_pass(events));

  for (std::string& late : late_sending(analysis.passes, limits)) analysis.notices.push_back(std::move(late));

  const std::vector<Doubt> doubted = doubts(record.manifest, record.defects, analysis.passes);
  analysis.gates = judge(analysis.passes, limits, doubted);
  analysis.verdict = verdict_of(analysis.gates);
  analysis.reasons = reasons_of(doubted, analysis.gates);
  analysis.advice = advice(analysis.passes, limits);
  analysis.headline = headline(analysis);
  return analysis;
}

}  // namespace pgrehearse::analyse
