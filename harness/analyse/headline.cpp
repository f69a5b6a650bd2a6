#include "harness/analyse/headline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/analyse/lock_modes.hpp"
#include "harness/analyse/phases.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

using base::format_duration;

const Gate* gate_named(const Analysis& analysis, std::string_view id) {
  for (const Gate& gate : analysis.gates) {
    if (gate.id == id) return &gate;
  }
  return nullptr;
}

bool fails(const Analysis& analysis, std::string_view id) {
  const Gate* gate = gate_named(analysis, id);
  return gate && gate->outcome == Verdict::fail;
}

void keep_longer(Outage& worst, Outage candidate) {
  if (!worst.pass || candidate.length > worst.length) worst = std::move(candidate);
}

// Of the stall's own waits: whom the migration waited for, if most of them say so.
std::string behind_of(const Pass& pass, std::size_t statement) {
  for (const Wait& wait : pass.waits) {
    if (wait.statement == statement && !wait.behind.empty()) return wait.behind;
  }
  return "";
}

std::string rows_of(const Analysis& analysis, const std::string& relation) {
  for (const record::TableFilled& table : analysis.tables) {
    if (table.name == relation) return fmt::format(" at {} rows", base::format_count(table.rows));
  }
  return "";
}

// Already rounded, so without the digits that format_duration would add.
std::string window_words(Duration window) {
  if (window >= std::chrono::minutes(2)) return format_duration(window);
  const double ms = base::to_ms(window);
  return ms >= 1000 ? fmt::format("{:g} s", ms / 1000) : fmt::format("{:g} ms", ms);
}

std::string capital(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  return text;
}

std::string_view blocked_by(const record::HeldLock& lock) {
  const auto mode = parse_lock_mode(lock.mode);
  const std::string_view access = mode ? blocked_access(*mode) : "";
  return access.empty() ? "sessions" : access;
}

std::string lock_on(const record::HeldLock* lock) {
  return lock ? fmt::format("{} on {}", lock_words(lock->mode), short_relation(lock->relation)) : "its lock";
}

// ---- one sentence for each story ----

std::string outage_sentence(const Analysis& analysis, const Outage& outage) {
  const record::Statement& statement = outage.pass->statements[outage.statement].statement;
  const record::HeldLock* lock = telling_lock(*outage.pass, outage.statement);
  const std::string sql = short_sql(statement.sql, 48);
  const std::string length = format_duration(outage.length);
  if (!outage.behind.empty()) {
    return fmt::format("Traffic queues for {} behind {}, which waits for {} behind {}", length, sql, lock_on(lock),
                       outage.behind);
  }
  if (!lock) return fmt::format("Blocks traffic for {} ({})", length, sql);
  return fmt::format("Blocks {} on {} for {} ({}, {}); needs a maintenance window of about {}{}", blocked_by(*lock),
                     short_relation(lock->relation), length, sql, lock_words(lock->mode),
                     window_words(window_for(std::max(outage.length, held(*lock)))), rows_of(analysis, lock->relation));
}

std::string failure_sentence(const Analysis& analysis) {
  for (const Pass& pass : analysis.passes) {
    for (const StatementRun& run : pass.statements) {
      if (!run.statement.sqlstate) continue;
      return capital(fmt::format("{} fails at {} with {}: {}", phase_words(run.statement.phase),
                                 place_of(run.statement), *run.statement.sqlstate, run.statement.message));
    }
  }
  return "The migration fails";
}

std::string down_sentence(const Analysis& analysis) {
  const bool schema = fails(analysis, "down_restores_schema"), data = fails(analysis, "down_restores_data");
  if (schema && data) return "down restores neither schema nor data";
  if (schema) return gate_named(analysis, "down_restores_schema")->because;
  if (data) return gate_named(analysis, "down_restores_data")->because;
  return "";
}

std::string failed_sentence(const Analysis& analysis) {
  if (fails(analysis, "migration_succeeds")) return failure_sentence(analysis);
  const Outage outage = worst_outage(analysis);
  const bool blocks = fails(analysis, "max_stall") || fails(analysis, "lock_wait") || fails(analysis, "response_p99") ||
                      fails(analysis, "response_p99_ratio");
  const std::string down = down_sentence(analysis);
  if (blocks && outage.pass) {
    return outage_sentence(analysis, outage) + (down.empty() ? "" : "; and " + down);
  }
  if (!down.empty()) return capital(down);
  for (const Gate& gate : analysis.gates) {
    if (gate.outcome == Verdict::fail) return capital(gate.because);
  }
  return "A gate failed";
}

bool had_traffic(const Pass& pass) {
  return std::any_of(pass.phases.begin(), pass.phases.end(),
                     [](const Phase& phase) { return phase.traffic.has_value(); });
}

std::string stall_part(const Analysis& analysis) {
  if (std::none_of(analysis.passes.begin(), analysis.passes.end(), had_traffic)) return "Without traffic ";
  Duration longest{};
  for (const Pass& pass : analysis.passes) {
    for (const Stall& stall : pass.stalls) {
      if (is_migration_phase(stall.phase)) longest = std::max(longest, stall.duration);
    }
  }
  if (longest == Duration{}) return "No script stood still; ";
  return "No script stood still longer than " + format_duration(longest) + "; ";
}

std::string duration_part(const Analysis& analysis) {
  Duration longest{};
  for (const Pass& pass : analysis.passes) {
    for (const Phase& phase : pass.phases) {
      if (phase.name == "up") longest = std::max(longest, phase.duration);
    }
  }
  return "up takes " + format_duration(longest);
}

std::string down_part(const Analysis& analysis) {
  const auto restored = [&](const char* id) {
    const Gate* gate = gate_named(analysis, id);
    return gate && gate->outcome == Verdict::pass;
  };
  const bool schema = restored("down_restores_schema"), data = restored("down_restores_data");
  if (schema && data) return ", down restores schema and data";
  if (schema) return ", down restores the schema";
  return data ? ", down restores the data" : "";
}

std::string passed_sentence(const Analysis& analysis) {
  return fmt::format("{}{}{}", stall_part(analysis), duration_part(analysis), down_part(analysis));
}

std::string inconclusive_sentence(const Analysis& analysis) {
  return analysis.reasons.empty() ? "Cannot say" : "Cannot say: " + analysis.reasons.front();
}

}  // namespace

Outage worst_outage(const Analysis& analysis) {
  Outage worst;
  for (const Pass& pass : analysis.passes) {
    for (const Wait& wait : pass.waits) {
      if (wait.statement) keep_longer(worst, {&pass, *wait.statement, wait.wait.duration, wait.behind});
    }
    for (const Stall& stall : pass.stalls) {
      if (!stall.statement || !is_migration_phase(stall.phase)) continue;
      keep_longer(worst, {&pass, *stall.statement, stall.duration, behind_of(pass, *stall.statement)});
    }
  }
  return worst;
}

Duration window_for(Duration length) {
  const double seconds = base::to_seconds(length) * 1.1;
  if (seconds <= 0) return {};
  const double step = std::pow(10, std::floor(std::log10(seconds)) - 1);
  return base::from_ms(std::ceil(seconds / step - 1e-9) * step * 1000);
}

std::string headline(const Analysis& analysis) {
  switch (analysis.verdict) {
    case Verdict::fail:
      return failed_sentence(analysis);
    case Verdict::inconclusive:
      return inconclusive_sentence(analysis);
    case Verdict::pass:
      break;
  }
  return passed_sentence(analysis);
}

}  // namespace pgrehearse::analyse
