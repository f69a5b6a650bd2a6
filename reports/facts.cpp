#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "harness/analyse/phases.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"
#include "reports/content.hpp"

namespace pgrehearse::reports {
namespace {

Cell kept(std::optional<bool> restored, const char* yes, const char* no) {
  if (!restored) return {"not reached", Tone::doubt};
  return *restored ? Cell(std::string("✓ ") + yes, Tone::good) : Cell(std::string("✗ ") + no, Tone::bad);
}

std::string plural(std::uint64_t count, const char* noun) {
  return fmt::format("{} {}{}", base::format_count(count), noun, count == 1 ? "" : "s");
}

// Gaps of one observer in one pass, in one sentence.
struct GapSum {
  std::uint64_t count = 0;
  Duration total{};
  std::string reason;
};

void add_gaps(const Pass& pass, std::vector<std::string>& lines) {
  std::map<std::string, GapSum> by_observer;
  for (const record::Gap& gap : pass.gaps) {
    GapSum& sum = by_observer[gap.observer];
    ++sum.count;
    sum.total += gap.duration;
    sum.reason = gap.reason;
  }
  for (const auto& [observer, sum] : by_observer) {
    lines.push_back(fmt::format("{} pass: {} of the {} observer, {} in all ({})", analyse::pass_words(pass.name),
                                plural(sum.count, "gap"), observer, duration_text(sum.total), sum.reason));
  }
}

// From the calmest phase of the pass to the busiest.
void add_foreign_cpu(const Pass& pass, std::vector<std::string>& lines) {
  constexpr double worth_saying = 0.1;
  double least = 1, most = 0;
  for (const analyse::Phase& phase : pass.phases) {
    if (!phase.cpu || phase.cpu->cores == 0) continue;
    const double share = analyse::foreign_processors(phase) / phase.cpu->cores;
    least = std::min(least, share);
    most = std::max(most, share);
  }
  if (most <= worth_saying) return;
  lines.push_back(
      fmt::format("{} pass: other programs used {:.0f} to {:.0f} % of the machine; its times are not of the "
                  "migration alone",
                  analyse::pass_words(pass.name), 100 * least, 100 * most));
}

// The settings that changed measured times the most.
bool decides_most(const std::string& setting) {
  static constexpr std::array names{"fsync",          "full_page_writes",     "synchronous_commit",
                                    "wal_level",      "max_wal_size",         "checkpoint_timeout",
                                    "shared_buffers", "maintenance_work_mem", "max_parallel_maintenance_workers",
                                    "data_checksums"};
  return std::find(names.begin(), names.end(), setting) != names.end();
}

std::string smallest_visible(const Analysis& analysis) {
  for (const Pass& pass : analysis.passes) {
    if (pass.lock_waits.smallest_visible == Duration{}) continue;
    return fmt::format("Waits for locks shorter than {:g} ms are not listed one by one; the response times hold them",
                       base::to_ms(pass.lock_waits.smallest_visible));
  }
  return "";
}

}  // namespace

std::vector<Fact> cycle_facts(const analyse::Cycle& cycle) {
  return {{"schema after down", kept(cycle.schema_restored_by_down, "as before up", "not as before up")},
          {"data after down", kept(cycle.data_restored_by_down, "as before up", "not as before up")},
          {"second up", kept(cycle.second_up_equals_first, "gives what the first gave", "differs from the first")}};
}

Facts server_facts(const Analysis& analysis, Detail detail) {
  const record::ServerFacts& server = analysis.manifest.server;
  const record::MachineFacts& machine = analysis.manifest.machine;
  Facts facts{
      {"server", fmt::format("PostgreSQL {} ({})", server.version, server.provider)},
      {"machine", fmt::format("{}, {}, {}", plural(static_cast<std::uint64_t>(std::max(machine.cores, 0)), "core"),
                              base::format_bytes(machine.memory_bytes), machine.processor)},
      {"system", machine.system}};
  if (!server.storage.empty()) facts.emplace_back("storage", server.storage);
  if (!server.locale.empty()) facts.emplace_back("locale", server.locale);
  for (const auto& setting : server.settings) {
    if (detail == Detail::all || decides_most(setting.first)) facts.push_back(setting);
  }
  return facts;
}

std::string waits_sentence(const Pass& pass) {
  const analyse::LockWaits& waits = pass.lock_waits;
  std::string text =
      waits.count == 0 ? std::string("No operation was seen waiting for a lock of the migration")
                       : fmt::format("{} for locks of the migration, {} together, {} the longest",
                                     plural(waits.count, "wait"), duration_text(waits.total), duration_text(waits.max));
  if (waits.longest_queue > 1) text += fmt::format("; up to {} sessions in one queue", waits.longest_queue);
  if (waits.ordinary > 0) text += fmt::format("; {} among the traffic itself", plural(waits.ordinary, "wait"));
  if (pass.deadlocks > 0) text += "; " + plural(pass.deadlocks, "deadlock");
  return text + fmt::format(" (source: {})", waits.source);
}

std::string delivery_sentence(const Pass& pass) {
  if (!pass.delivery || pass.delivery->send_lag.empty()) return "";
  const record::Histogram& lag = pass.delivery->send_lag;
  std::string text = fmt::format(
      "Operations for which a client was free were sent {} (median) and {} (99th percentile) "
      "after they were due",
      duration_text(lag.at(0.5)), duration_text(lag.at(0.99)));
  const std::uint64_t queue = pass.delivery->longest_queue;
  if (queue > 0) text += fmt::format("; up to {} waited for a client at once", base::format_count(queue));
  return text;
}

std::string pool_sentence(const Pass& pass) {
  if (pass.pool.empty()) return "";
  const auto longest = std::max_element(pass.pool.begin(), pass.pool.end(),
                                        [](const auto& a, const auto& b) { return a.pool.duration < b.pool.duration; });
  const record::PoolExhausted& pool = longest->pool;
  std::string text = fmt::format("Pool exhausted ({}): all {} were taken ", analyse::phase_words(longest->phase),
                                 plural(static_cast<std::uint64_t>(pool.connections), "connection"));
  if (const auto after = longest->to_exhaustion()) {
    text += fmt::format("{} after the first query was blocked, ", duration_text(*after));
  }
  text += fmt::format("for {}; {} waited for one, {} the longest", duration_text(pool.duration),
                      plural(pool.waited + pool.shed, "operation"), duration_text(pool.longest_wait));
  if (pool.shed > 0) {
    text += fmt::format("; {} gave up after {}: users would have seen an error", base::format_count(pool.shed),
                        duration_text(pool.patience));
  }
  if (pass.pool.size() > 1) text += fmt::format("; exhausted {} times in all", pass.pool.size());
  return text;
}

std::string durations_sentence(const Pass& pass) {
  std::vector<std::string> words;
  for (const analyse::Phase& phase : pass.phases) {
    if (!analyse::is_migration_phase(phase.name)) continue;
    words.push_back(analyse::phase_words(phase.name) + " " + duration_text(phase.duration));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<std::string> blind_spots(const Analysis& analysis) {
  std::vector<std::string> lines;
  const std::string smallest = smallest_visible(analysis);
  if (!smallest.empty()) lines.push_back(smallest);
  for (const Pass& pass : analysis.passes) {
    add_gaps(pass, lines);
    add_foreign_cpu(pass, lines);
  }
  for (const std::string& defect : analysis.defects) lines.push_back("Unreadable in the record: " + defect);
  return lines;
}

}  // namespace pgrehearse::reports
