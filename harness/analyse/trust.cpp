#include "harness/analyse/trust.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/analyse/interval.hpp"
#include "harness/analyse/phases.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

constexpr double tolerated_foreign_cpu = 0.25;  // of the machine: above it, times on 2 cores doubled (field notes)
constexpr double tolerated_shed = 0.01;         // of what was due in the baseline
constexpr double tolerated_share_of_limit = 0.1;
constexpr Duration tolerated_lag = std::chrono::milliseconds(100);

using base::format_duration;
using Doubts = std::vector<Doubt>;

void doubt_the_end(const record::Manifest& manifest, Doubts& doubts) {
  if (!manifest.failure.empty()) {
    doubts.push_back({About::everything, "the run ended early: " + manifest.failure});
  } else if (manifest.interrupted) {
    doubts.push_back({About::everything, "the run was interrupted"});
  } else if (!manifest.ended_ms) {
    doubts.push_back({About::everything, "the run did not end in order (killed, or still running)"});
  }
}

void doubt_the_record(const std::vector<std::string>& defects, Doubts& doubts) {
  if (defects.empty()) return;
  doubts.push_back({About::everything, fmt::format("the record has {} unreadable part{}: {}", defects.size(),
                                                   defects.size() == 1 ? "" : "s", defects.front())});
}

// Without a calm, well-served baseline, slowness in the migration's phases proves nothing.
void doubt_the_baseline(const Pass& pass, Doubts& doubts) {
  const Phase* baseline = phase_named(pass, "baseline");
  if (!baseline || !baseline->traffic) return;
  const record::Tally& tally = baseline->traffic->tally;
  if (tally.sent == 0) {
    doubts.push_back(
        {About::traffic, fmt::format("{} pass: no operation was sent before the migration", pass_words(pass.name))});
    return;
  }
  if (static_cast<double>(tally.shed) > tolerated_shed * static_cast<double>(tally.due)) {
    doubts.push_back({About::traffic, fmt::format("{} pass: {} of {} operations could not be sent even before the "
                                                  "migration: lower the rate or add clients",
                                                  pass_words(pass.name), tally.shed, tally.due)});
  }
  const Duration lag = baseline->traffic->response.at(0.99) - baseline->traffic->service.at(0.99);
  if (lag > tolerated_lag) {
    doubts.push_back({About::traffic, fmt::format("{} pass: operations were sent {} late before the migration (99th "
                                                  "percentile): lower the rate or add clients",
                                                  pass_words(pass.name), format_duration(lag))});
  }
}

std::vector<Interval> gaps_of(const Pass& pass, std::string_view observer) {
  std::vector<Interval> gaps;
  for (const record::Gap& gap : pass.gaps) {
    if (gap.observer == observer) gaps.push_back({gap.start, gap.start + gap.duration});
  }
  return gaps;
}

template <class Unseen>
Duration longest_in_migration_phases(const Pass& pass, Unseen unseen) {
  Duration longest{};
  for (const Phase& phase : pass.phases) {
    if (!is_migration_phase(phase.name)) continue;
    longest = std::max(longest, unseen(Interval{phase.start, phase.start + phase.duration}));
  }
  return longest;
}

}  // namespace

const Phase* phase_named(const Pass& pass, std::string_view name) {
  for (const Phase& phase : pass.phases) {
    if (phase.name == name) return &phase;
  }
  return nullptr;
}

bool is_loaded(const Pass& pass) {
  return std::any_of(pass.phases.begin(), pass.phases.end(),
                     [](const Phase& phase) { return is_migration_phase(phase.name) && phase.traffic.has_value(); });
}

std::vector<Doubt> doubts(const record::Manifest& manifest, const std::vector<std::string>& defects,
                          const std::vector<Pass>& passes) {
  Doubts found;
  doubt_the_end(manifest, found);
  doubt_the_record(defects, found);
  for (const Pass& pass : passes) {
    if (is_loaded(pass)) doubt_the_baseline(pass, found);
  }
  return found;
}

std::vector<std::string> late_sending(const std::vector<Pass>& passes, const scenario::Gates& limits) {
  std::optional<Duration> allowed;
  for (const auto& limit : {limits.max_stall, limits.response_p99}) {
    if (limit) allowed = std::min(allowed.value_or(*limit), *limit);
  }
  std::vector<std::string> found;
  for (const Pass& pass : passes) {
    if (!allowed || !pass.delivery) continue;
    const Duration lag = pass.delivery->send_lag.at(0.99);
    if (base::to_ms(lag) <= tolerated_share_of_limit * base::to_ms(*allowed)) continue;
    found.push_back(
        fmt::format("{} pass: pgrehearse itself sent operations up to {} late (99th percentile) although a "
                    "client was free; its response times include that and are doubtful against a limit of "
                    "{}: lower the rate, or give the machine less to do",
                    pass_words(pass.name), format_duration(lag), format_duration(*allowed)));
  }
  return found;
}

Duration unseen_locks(const Pass& pass) {
  const std::vector<std::vector<Interval>> blind{gaps_of(pass, "server_log"), gaps_of(pass, "sampler")};
  return longest_in_migration_phases(pass, [&](Interval phase) { return covered_by_all(phase, blind); });
}

Duration unseen_traffic(const Pass& pass) {
  const std::vector<std::vector<Interval>> blind{gaps_of(pass, "traffic")};
  return longest_in_migration_phases(pass, [&](Interval phase) { return covered_by_all(phase, blind); });
}

double foreign_processors(const Phase& phase) {
  if (!phase.cpu || phase.cpu->duration <= Duration{}) return 0;
  return std::max(0.0, phase.cpu->foreign_s - cpu_meter_error_s) / base::to_seconds(phase.cpu->duration);
}

std::optional<std::string> disturbed(const Pass& pass, const std::string& phase_name) {
  const Phase* phase = phase_named(pass, phase_name);
  if (!phase || !phase->cpu || phase->cpu->cores == 0) return {};
  const double share = foreign_processors(*phase) / phase->cpu->cores;
  if (share <= tolerated_foreign_cpu) return {};
  return fmt::format("other programs used {:.0f} % of the machine meanwhile", 100 * share);
}

}  // namespace pgrehearse::analyse
