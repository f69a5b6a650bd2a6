#include "harness/analyse/cycle.hpp"

namespace pgrehearse::analyse {
namespace {

// "schema: ..." or "data: ..."; the lines themselves say after what.
void add_lines(std::vector<std::string>& to, const std::vector<std::string>& lines,
               const record::Comparison& comparison) {
  const std::string head = (comparison.after == "up_again" ? "second up, " : "") + comparison.what + ": ";
  for (const std::string& line : lines) to.push_back(head + line);
}

void both(std::optional<bool>& result, bool equal) { result = result.value_or(true) && equal; }

void add(Cycle& cycle, const record::Comparison& comparison) {
  if (comparison.after == "up_again") both(cycle.second_up_equals_first, comparison.equal);
  if (comparison.after == "down" && comparison.what == "schema") {
    both(cycle.schema_restored_by_down, comparison.equal);
  }
  if (comparison.after == "down" && comparison.what == "data") both(cycle.data_restored_by_down, comparison.equal);
  add_lines(cycle.differences, comparison.differences, comparison);
  add_lines(cycle.notes, comparison.notes, comparison);
}

}  // namespace

std::optional<Cycle> cycle(const PassEvents& events) {
  if (events.comparisons.empty()) return {};
  Cycle result;
  for (const record::Comparison& comparison : events.comparisons) add(result, comparison);
  return result;
}

}  // namespace pgrehearse::analyse
