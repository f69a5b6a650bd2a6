#include <fmt/format.h>

#include "harness/base/units.hpp"
#include "reports/content.hpp"

namespace pgrehearse::reports {

std::string duration_text(Duration duration) {
  return duration == Duration{} ? "0 ms" : base::format_duration(duration);
}

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "PASS";
    case Verdict::inconclusive:
      return "INCONCLUSIVE";
    case Verdict::fail:
      break;
  }
  return "FAIL";
}

std::string_view verdict_mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✓";
    case Verdict::inconclusive:
      return "?";
    case Verdict::fail:
      break;
  }
  return "✗";
}

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return Tone::good;
    case Verdict::inconclusive:
      return Tone::doubt;
    case Verdict::fail:
      break;
  }
  return Tone::bad;
}

std::string provenance(const Analysis& analysis) {
  const record::Manifest& manifest = analysis.manifest;
  const std::string name = manifest.scenario_name.empty() ? "rehearsal" : manifest.scenario_name;
  return fmt::format("{} on PostgreSQL {} ({}), seed {}, {}, pgrehearse {}", name, manifest.server.version,
                     manifest.server.provider, manifest.seed, manifest.started, manifest.tool_version);
}

const analyse::Cycle* cycle_of(const Analysis& analysis) {
  for (const Pass& pass : analysis.passes) {
    if (pass.cycle) return &*pass.cycle;
  }
  return nullptr;
}

}  // namespace pgrehearse::reports
