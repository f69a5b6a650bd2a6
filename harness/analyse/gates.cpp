#include "harness/analyse/gates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/analyse/applications.hpp"
#include "harness/analyse/phases.hpp"
#include "harness/analyse/traffic_gates.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

std::optional<std::size_t> slowest(const Pass& pass, const std::string& phase) {
  std::optional<std::size_t> best;
  const auto duration = [&](std::size_t i) {
    return pass.statements[i].statement.end - pass.statements[i].statement.start;
  };
  for (std::size_t i = 0; i < pass.statements.size(); ++i) {
    if (pass.statements[i].statement.phase == phase && (!best || duration(i) > duration(*best))) best = i;
  }
  return best;
}

Gate migration_duration(const std::vector<Pass>& passes, Duration limit) {
  Worst worst;
  for (const Pass& pass : passes) {
    for (const Phase& phase : pass.phases) {
      if (!is_migration_phase(phase.name)) continue;
      const auto statement = slowest(pass, phase.name);
      const std::string most =
          statement ? ", most of it in " + name_of(pass.statements[*statement].statement) : std::string();
      worsen(worst, {base::to_ms(phase.duration),
                     fmt::format("{} took {}{}", where(pass, phase.name), base::format_duration(phase.duration), most),
                     &pass, phase.name, statement, ""});
    }
  }
  Gate gate = gate_of_times("migration_duration", limit, worst);
  return worst.pass ? gate : inconclusive_gate(gate, "no pass reached the migration");
}

Gate failed_statement(const Pass& pass, const record::Statement& statement) {
  const std::string tries = statement.attempts > 1 ? fmt::format(" after {} attempts", statement.attempts) : "";
  Gate gate = gate_of_facts("migration_succeeds", false, "succeeds", "fails",
                            fmt::format("{}: {} fails{} with {}: {}", where(pass, statement.phase), name_of(statement),
                                        tries, *statement.sqlstate, statement.message));
  gate.file = statement.file;
  gate.line = statement.line;
  return gate;
}

Gate migration_succeeds(const std::vector<Pass>& passes) {
  bool reached = false;
  for (const Pass& pass : passes) {
    for (const StatementRun& run : pass.statements) {
      if (run.statement.sqlstate) return failed_statement(pass, run.statement);
    }
    reached = reached || phase_named(pass, "up");
  }
  if (!reached) {
    return gate_of_facts("migration_succeeds", {}, "succeeds", "not reached", "no pass reached the migration");
  }
  return gate_of_facts("migration_succeeds", true, "succeeds", "succeeds", "every statement succeeded in every pass");
}

const Cycle* first_cycle(const std::vector<Pass>& passes) {
  for (const Pass& pass : passes) {
    if (pass.cycle) return &*pass.cycle;
  }
  return nullptr;
}

// ": index users_email_idx is missing (and 2 more)"
std::string first_difference(const Cycle& cycle, const std::string& what) {
  std::vector<std::string> lines;
  for (const std::string& line : cycle.differences) {
    if (line.rfind(what + ": ", 0) == 0) lines.push_back(line.substr(what.size() + 2));
  }
  if (lines.empty()) return "";
  return ": " + lines.front() + (lines.size() > 1 ? fmt::format(" (and {} more)", lines.size() - 1) : "");
}

Gate down_restores(const std::vector<Pass>& passes, const char* id, const char* what,
                   std::optional<bool> Cycle::*restored) {
  const Cycle* cycle = first_cycle(passes);
  const auto held = cycle ? cycle->*restored : std::nullopt;
  if (!held) {
    return gate_of_facts(id, held, "restored", "not compared",
                         fmt::format("the {} after down was not compared with the {} before up", what, what));
  }
  if (*held) {
    return gate_of_facts(id, held, "restored", "restored",
                         fmt::format("the {} after down equals that before up", what));
  }
  return gate_of_facts(id, held, "restored", "not restored",
                       fmt::format("down does not restore the {}{}", what, first_difference(*cycle, what)));
}

bool concerns_traffic(const Gate& gate) {
  static constexpr std::array ids{"max_stall",  "lock_wait",         "response_p99",     "response_p99_ratio",
                                  "error_rate", "old_code_survives", "new_code_survives"};
  return std::find(ids.begin(), ids.end(), gate.id) != ids.end();
}

// A failure that was seen stays one, whatever else was not seen.
Gate doubted(Gate gate, const std::vector<Doubt>& doubts) {
  if (gate.outcome != Verdict::pass) return gate;
  for (const Doubt& doubt : doubts) {
    if (doubt.about == About::everything || concerns_traffic(gate)) return inconclusive_gate(gate, doubt.reason);
  }
  return gate;
}

}  // namespace

std::vector<Gate> judge(const std::vector<Pass>& passes, const scenario::Gates& limits,
                        const std::vector<Doubt>& doubts) {
  std::vector<Gate> gates;
  gates.push_back(migration_succeeds(passes));
  if (limits.max_stall) gates.push_back(max_stall(passes, *limits.max_stall));
  if (limits.lock_wait) gates.push_back(lock_wait(passes, *limits.lock_wait));
  if (limits.response_p99) gates.push_back(response_p99(passes, *limits.response_p99));
  if (limits.response_p99_ratio) gates.push_back(response_p99_ratio(passes, *limits.response_p99_ratio));
  if (limits.error_rate) gates.push_back(error_rate(passes, *limits.error_rate));
  if (limits.migration_duration) gates.push_back(migration_duration(passes, *limits.migration_duration));
  if (limits.down_restores_schema) {
    gates.push_back(down_restores(passes, "down_restores_schema", "schema", &Cycle::schema_restored_by_down));
  }
  if (limits.down_restores_data) {
    gates.push_back(down_restores(passes, "down_restores_data", "data", &Cycle::data_restored_by_down));
  }
  if (limits.old_code_survives && has_application(passes, "old")) gates.push_back(code_survives(passes, "old"));
  if (limits.new_code_survives && has_application(passes, "new")) gates.push_back(code_survives(passes, "new"));
  for (Gate& gate : gates) gate = doubted(std::move(gate), doubts);
  return gates;
}

}  // namespace pgrehearse::analyse
