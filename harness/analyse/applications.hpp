// Two versions of the application and one migration: does the old code survive the new schema, and the new code the old
// one? Decided by errors of the kind that a schema causes, as far as a version does not have them on its own schema.
//
// Such are those of SQLSTATE classes 22 (data exception), 23 (integrity constraint violation) and 42 (syntax error or
// access rule violation: undefined column, table, function); PostgreSQL's documentation, appendix "Error Codes".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/analyse/analysis.hpp"
#include "harness/analyse/pass_events.hpp"

namespace pgrehearse::analyse {

// Of a pass whose `phases` are analysed; empty where the record names no applications.
std::vector<ApplicationRun> applications(const PassEvents& events, const std::vector<Phase>& phases);

// The phase's counts without the errors of code that does not fit the schema.
record::Tally without_misfits(const Pass& pass, const Phase& phase);

// "undefined column" for 42703; empty for those without a short name here.
std::string_view sqlstate_words(std::string_view sqlstate);

// Whether code that is named old (else new) had no misfit in any pass; none: no pass has seen it on the other schema.
// Without applications of this name there is no such gate.
bool has_application(const std::vector<Pass>& passes, std::string_view name);
Gate code_survives(const std::vector<Pass>& passes, std::string_view name);

}  // namespace pgrehearse::analyse
