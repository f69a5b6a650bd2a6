#include "harness/analyse/gate_outcome.hpp"

#include <fmt/format.h>

#include <utility>

#include "harness/analyse/trust.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

std::string sentence(const std::string& text, const std::string& more) {
  if (text.empty() || more.empty()) return text + more;
  return text + "; " + more;
}

void locate(Gate& gate, const Worst& worst) {
  if (!worst.pass || !worst.statement) return;
  const record::Statement& statement = worst.pass->statements[*worst.statement].statement;
  gate.file = statement.file;
  gate.line = statement.line;
}

bool near(double actual, double limit) { return actual >= limit / 2 && actual <= limit * 2; }

}  // namespace

void worsen(Worst& worst, Worst candidate) {
  if (!worst.pass || candidate.value > worst.value) worst = std::move(candidate);
}

Gate inconclusive_gate(Gate gate, const std::string& reason) {
  gate.outcome = Verdict::inconclusive;
  gate.because = sentence(gate.because, reason);
  return gate;
}

Gate judge_number(Gate gate, double limit, const Worst& worst, const Hidden& hidden) {
  gate.because = worst.evidence;
  locate(gate, worst);
  gate.outcome = worst.value > limit ? Verdict::fail : Verdict::pass;
  if (gate.outcome == Verdict::fail && !worst.excuse.empty()) return inconclusive_gate(gate, worst.excuse);
  if (gate.outcome == Verdict::pass && worst.value + hidden.value > limit) {
    return inconclusive_gate(gate, hidden.reason);
  }
  if (gate.unit != "ms" || !worst.pass || !near(worst.value, limit)) return gate;
  const auto disturbance = disturbed(*worst.pass, worst.phase);
  return disturbance ? inconclusive_gate(gate, *disturbance) : gate;
}

Gate gate_of_times(std::string id, Duration limit, const Worst& worst_ms, const Hidden& hidden) {
  Gate gate;
  gate.id = std::move(id);
  gate.unit = "ms";
  gate.limit = base::format_duration(limit);
  gate.limit_number = base::to_ms(limit);
  gate.actual = worst_ms.pass ? base::format_ms(worst_ms.value) : "none";
  gate.actual_number = worst_ms.value;
  return judge_number(std::move(gate), base::to_ms(limit), worst_ms, hidden);
}

Gate gate_of_numbers(std::string id, std::string unit, double limit, std::string limit_words, std::string actual_words,
                     const Worst& worst) {
  Gate gate;
  gate.id = std::move(id);
  gate.unit = std::move(unit);
  gate.limit = std::move(limit_words);
  gate.limit_number = limit;
  gate.actual = std::move(actual_words);
  gate.actual_number = worst.value;
  return judge_number(std::move(gate), limit, worst, {});
}

Gate gate_of_facts(std::string id, std::optional<bool> held, std::string limit_words, std::string actual_words,
                   std::string because) {
  Gate gate;
  gate.id = std::move(id);
  gate.unit = "bool";
  gate.limit = std::move(limit_words);
  gate.limit_number = 1;
  gate.actual = std::move(actual_words);
  if (held) gate.actual_number = *held ? 1 : 0;
  gate.because = std::move(because);
  gate.outcome = !held ? Verdict::inconclusive : *held ? Verdict::pass : Verdict::fail;
  return gate;
}

}  // namespace pgrehearse::analyse
