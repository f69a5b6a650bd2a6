// Scripts that this program made are tried before they become traffic: made-up statements and parameters may be refused
// by a trigger, a policy or a check that no catalog tells of, and an error of ours must not look like one of the
// migration's.
#pragma once

#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/draft.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::load {

struct TrialOptions {
  // Refuses a script whose plan reads all of a table of at least so many rows; 0: plans do not matter.
  std::uint64_t scanned_rows = 0;
};

struct Refusal {
  std::size_t draft = 0;  // position
  std::string reason;
};

// Each draft's statements are prepared, planned and run for eight choices of rows, in one transaction that is rolled
// back; a statement that
// takes longer than two seconds is cancelled, and passes where it changes nothing. Sequences are moved on, and nothing
// else remains but dead rows. Throws postgres::Failure where the connection broke.
std::vector<Refusal> try_drafts(postgres::Session& session, const std::vector<Draft>& drafts,
                                const generators::Generator& tables, const TrialOptions& options);

// The types of $1, $2, ... in the statement, as the server infers them; empty where it refuses the statement.
std::vector<std::string> parameter_types(postgres::Session& session, const std::string& statement);

}  // namespace pgrehearse::load
