// What every gate has in common: from the worst that was measured, and what casts doubt on it, to an outcome.
#pragma once

#include <optional>
#include <string>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

// The worst that was seen of what a gate limits.
struct Worst {
  double value = 0;
  std::string evidence;        // the sentence; says where
  const Pass* pass = nullptr;  // null: nothing was seen, which is the best there is
  std::string phase;
  std::optional<std::size_t> statement;  // index in pass->statements
  // A failure to be dismissed with this reason ("the load generator itself stood still"); empty: none.
  std::string excuse;
};

// Keeps the worse of both.
void worsen(Worst& worst, Worst candidate);

// A number that must not exceed `limit`. `hidden`: by how much the truth may exceed what was seen, and why ("nobody
// watched the locks for 0.6 s"). A time that other programs may have spoilt is not judged when it is within a factor of
// two of the limit, on either side.
struct Hidden {
  double value = 0;
  std::string reason;
};
Gate judge_number(Gate gate, double limit, const Worst& worst, const Hidden& hidden);

Gate gate_of_times(std::string id, Duration limit, const Worst& worst_ms, const Hidden& hidden = {});
Gate gate_of_numbers(std::string id, std::string unit, double limit, std::string limit_words, std::string actual_words,
                     const Worst& worst);
// restored / not restored, succeeds / fails. `held`: none when it could not be seen.
Gate gate_of_facts(std::string id, std::optional<bool> held, std::string limit_words, std::string actual_words,
                   std::string because);
Gate inconclusive_gate(Gate gate, const std::string& reason);

}  // namespace pgrehearse::analyse
