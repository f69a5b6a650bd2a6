// What every report says, before it has a form: the tables, the facts, the words. A number is formatted here and
// nowhere else, so that the terminal, the comment and the page agree.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/analyse/analysis.hpp"
#include "reports/table.hpp"

namespace pgrehearse::reports {

using analyse::Analysis;
using analyse::Pass;
using analyse::Verdict;
using base::Duration;

// Shown where there is nothing to show.
inline constexpr std::string_view nothing = "–";

std::string duration_text(Duration duration);    // "18.3 s"; zero is "0 ms"
std::string_view verdict_word(Verdict verdict);  // PASS, FAIL, INCONCLUSIVE
std::string_view verdict_mark(Verdict verdict);  // ✓ ✗ ?
Tone tone_of(Verdict verdict);

// Outcome, gate, limit, measured, evidence.
Table gates_table(const Analysis& analysis);
// A row for each phase; the traffic's columns only when the pass had traffic. "stall" is the longest one.
Table phases_table(const Pass& pass);
// A row for each script in the phases of the migration and the baseline. Empty without traffic.
Table scripts_table(const Pass& pass);
// A row for each version of the application in each phase. Empty where there is only one.
Table applications_table(const Pass& pass);
// A row for each statement in each phase.
Table statements_table(const Pass& pass);
Table tables_table(const Analysis& analysis);

// The statements of the migration, each with what it did in each phase in which it ran.
struct StatementRuns {
  struct Group {
    std::string place, sql;  // "up.sql:1", "ALTER TABLE ..."
    std::size_t count = 0;   // of rows
  };
  std::vector<Group> groups;
  Table runs;  // the first group's rows, then the second's, ...
};
StatementRuns statement_runs(const Pass& pass);

using Fact = std::pair<std::string, Cell>;
// Schema and data after down, and the second up; differences and notes apart.
std::vector<Fact> cycle_facts(const analyse::Cycle& cycle);
// What biases timing: version, machine, settings (all that were recorded, or the few that matter most).
using Facts = std::vector<std::pair<std::string, std::string>>;
enum class Detail { few, all };
Facts server_facts(const Analysis& analysis, Detail detail);
// How waits of this pass were seen, in one sentence: counts, the longest, ordinary ones, deadlocks.
std::string waits_sentence(const Pass& pass);
// How late operations were sent, and how many waited for a client at once; empty when it was not recorded.
std::string delivery_sentence(const Pass& pass);
// When the application's pool ran out of connections, how long after the first blocked query, and for how long; empty
// when it never did.
std::string pool_sentence(const Pass& pass);
// "up 14.0 s, down 20.0 ms, second up 14.0 s"
std::string durations_sentence(const Pass& pass);
// "Adversary long-reader: 4.51 s to 9.00 s": when each was in its place and what it did there, and what the traffic had
// from it; one sentence for each.
std::vector<std::string> adversary_sentences(const Pass& pass);
// What the observers could not see, one sentence each.
std::vector<std::string> blind_spots(const Analysis& analysis);
// "users-rewrite on PostgreSQL 15.18 (local), seed 42, 2026-11-20T10:00:00Z, pgrehearse 0.1.0"
std::string provenance(const Analysis& analysis);

const analyse::Cycle* cycle_of(const Analysis& analysis);

}  // namespace pgrehearse::reports
