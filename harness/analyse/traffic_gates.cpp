#include "harness/analyse/traffic_gates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/analyse/applications.hpp"
#include "harness/analyse/interval.hpp"
#include "harness/analyse/phases.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/waits.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

using base::format_duration;
using base::to_ms;

// " under up.sql:1 (ALTER TABLE ...), holding ACCESS EXCLUSIVE on users for 18.3 s"
std::string blamed_on(const Pass& pass, std::optional<std::size_t> statement, const char* link) {
  if (!statement) return "";
  const std::string lock = lock_sentence(pass, *statement);
  return fmt::format(" {} {}{}{}", link, name_of(pass.statements[*statement].statement), lock.empty() ? "" : ", ",
                     lock);
}

// ---- max_stall ----

// A stall that waiting for the statement's locks does not explain, in a pass that stands still as long while no
// migration runs, may be the machine's (seen with a disk that others keep busy).
std::string excuse_of_calm(const Pass& pass, const Stall& stall) {
  const Duration blocked = stall.statement ? pass.statements[*stall.statement].blocked.max : Duration{};
  if (blocked * 2 >= stall.duration) return "";
  Duration calm{};
  for (const Stall& other : pass.stalls) {
    if (!is_migration_phase(other.phase)) calm = std::max(calm, other.duration);
  }
  if (calm * 2 < stall.duration) return "";
  return fmt::format("but the same pass also stood still for {} while no migration ran", format_duration(calm));
}

std::string excuse_for(const Pass& pass, const Stall& stall) {
  const Interval time{stall.start, stall.start + stall.duration};
  std::vector<Interval> gaps;
  for (const record::Gap& gap : pass.gaps) {
    if (gap.observer == "traffic") gaps.push_back({gap.start, gap.start + gap.duration});
  }
  const Duration own = covered_by_all(time, {gaps});
  if (own * 2 <= stall.duration) return excuse_of_calm(pass, stall);
  return fmt::format("but the load generator itself stood still for {} of that", format_duration(own));
}

Worst worst_stall(const std::vector<Pass>& passes) {
  Worst worst;
  for (const Pass& pass : passes) {
    if (!is_loaded(pass)) continue;
    for (const Stall& stall : pass.stalls) {
      if (!is_migration_phase(stall.phase) || !stall.adversary.empty()) continue;
      worsen(worst, {to_ms(stall.duration),
                     fmt::format("{}: script {} stood still for {}{}", where(pass, stall.phase), stall.script,
                                 format_duration(stall.duration), blamed_on(pass, stall.statement, "under")),
                     &pass, stall.phase, stall.statement, excuse_for(pass, stall)});
    }
  }
  return worst;
}

// ---- lock_wait ----

std::string waiter(const record::LockWait& wait) {
  const std::string script = script_of(wait);
  return script.empty() ? "an operation" : "an operation of " + script;
}

Worst worst_wait(const std::vector<Pass>& passes) {
  Worst worst;
  for (const Pass& pass : passes) {
    for (const Wait& wait : pass.waits) {
      if (!wait.statement || to_ms(wait.wait.duration) <= worst.value) continue;
      const std::string behind = wait.behind.empty() ? "" : fmt::format(", behind {}", wait.behind);
      worsen(worst,
             {to_ms(wait.wait.duration),
              fmt::format("{}: {} waited {} for a lock{}{}", where(pass, wait.phase), waiter(wait.wait),
                          format_duration(wait.wait.duration), blamed_on(pass, wait.statement, "behind"), behind),
              &pass, wait.phase, wait.statement, ""});
    }
  }
  return worst;
}

// ---- response ----

template <class Visit>
void each_loaded_phase(const std::vector<Pass>& passes, Visit visit) {
  for (const Pass& pass : passes) {
    for (const Phase& phase : pass.phases) {
      if (is_migration_phase(phase.name) && phase.traffic) visit(pass, phase);
    }
  }
}

std::optional<std::size_t> most_blocking(const Pass& pass, const std::string& phase) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < pass.statements.size(); ++i) {
    const StatementRun& run = pass.statements[i];
    if (run.statement.phase != phase || run.blocked.operations == 0) continue;
    if (!best || run.blocked.total > pass.statements[*best].blocked.total) best = i;
  }
  return best;
}

template <class Value>
Hidden most_hidden(const std::vector<Pass>& passes, Value value, const char* reason) {
  Duration most{};
  for (const Pass& pass : passes) {
    if (is_loaded(pass)) most = std::max(most, value(pass));
  }
  return {to_ms(most), fmt::format("but {} for {} while the migration ran", reason, format_duration(most))};
}

Gate without_traffic(Gate gate) {
  return inconclusive_gate(std::move(gate), "no pass with traffic reached the migration");
}

bool any_loaded(const std::vector<Pass>& passes) { return std::any_of(passes.begin(), passes.end(), is_loaded); }

}  // namespace

Gate max_stall(const std::vector<Pass>& passes, Duration limit) {
  Worst worst = worst_stall(passes);
  if (!worst.pass) worst.evidence = "no script stood still while the migration ran";
  Gate gate = gate_of_times("max_stall", limit, worst,
                            most_hidden(passes, unseen_traffic, "the load generator itself stood still"));
  return any_loaded(passes) ? gate : without_traffic(gate);
}

Gate lock_wait(const std::vector<Pass>& passes, Duration limit) {
  Worst worst = worst_wait(passes);
  if (!worst.pass) worst.evidence = "no operation waited 10 ms or more for a lock because of the migration";
  Gate gate = gate_of_times("lock_wait", limit, worst, most_hidden(passes, unseen_locks, "nobody watched the locks"));
  return any_loaded(passes) ? gate : without_traffic(gate);
}

Gate response_p99(const std::vector<Pass>& passes, Duration limit) {
  Worst worst;
  each_loaded_phase(passes, [&](const Pass& pass, const Phase& phase) {
    const Duration p99 = phase.traffic->response.at(0.99);
    const auto statement = most_blocking(pass, phase.name);
    worsen(worst, {to_ms(p99),
                   fmt::format("{}: one response in 100 took {} or longer{}", where(pass, phase.name),
                               format_duration(p99), blamed_on(pass, statement, "under")),
                   &pass, phase.name, statement, ""});
  });
  Gate gate = gate_of_times("response_p99", limit, worst);
  return any_loaded(passes) ? gate : without_traffic(gate);
}

Gate response_p99_ratio(const std::vector<Pass>& passes, double limit) {
  Worst worst;
  bool comparable = false;
  each_loaded_phase(passes, [&](const Pass& pass, const Phase& phase) {
    const Phase* baseline = phase_named(pass, "baseline");
    if (!baseline || !baseline->traffic || baseline->traffic->response.count() < enough_operations) return;
    comparable = true;
    const double before = to_ms(baseline->traffic->response.at(0.99));
    const double during = to_ms(phase.traffic->response.at(0.99));
    if (before <= 0) return;
    const auto statement = most_blocking(pass, phase.name);
    worsen(worst, {during / before,
                   fmt::format("{}: the 99th percentile of responses rose from {} to {}{}", where(pass, phase.name),
                               base::format_ms(before), base::format_ms(during), blamed_on(pass, statement, "under")),
                   &pass, phase.name, statement, ""});
  });
  Gate gate = gate_of_numbers("response_p99_ratio", "ratio", limit, fmt::format("{:g} x", limit),
                              fmt::format("{:.1f} x", worst.value), worst);
  if (!any_loaded(passes)) return without_traffic(gate);
  if (comparable) return gate;
  return inconclusive_gate(
      gate, fmt::format("no baseline had the {} operations that a 99th percentile needs", enough_operations));
}

Gate error_rate(const std::vector<Pass>& passes, double limit) {
  Worst worst;
  for (const Pass& pass : passes) {
    record::Tally sum;
    for (const Phase& phase : pass.phases) {
      if (!is_migration_phase(phase.name) || !phase.traffic) continue;
      sum.add(without_misfits(pass, phase));  // old_code_survives and its like judge those
    }
    if (sum.sent == 0) continue;
    std::vector<std::string> codes;
    for (const auto& [code, count] : sum.errors) codes.push_back(fmt::format("{} of {}", count, code));
    worsen(worst, {static_cast<double>(sum.failed) / static_cast<double>(sum.sent),
                   fmt::format("{} pass: {} of {} operations failed while the migration ran{}{}", pass_words(pass.name),
                               sum.failed, sum.sent, codes.empty() ? "" : ": ", fmt::join(codes, ", ")),
                   &pass,
                   "up",
                   {},
                   ""});
  }
  Gate gate = gate_of_numbers("error_rate", "ratio", limit, fmt::format("{:g} %", 100 * limit),
                              fmt::format("{:.3g} %", 100 * worst.value), worst);
  if (!any_loaded(passes)) return without_traffic(gate);
  return gate;
}

}  // namespace pgrehearse::analyse
