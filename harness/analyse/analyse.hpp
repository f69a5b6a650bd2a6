// From what happened to what it means. Pure: the same record and limits give the same analysis, on any day, anywhere.
#pragma once

#include "harness/analyse/analysis.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::analyse {

// Works on any record, a broken-off one too: what is missing makes outcomes inconclusive, never an error.
Analysis analyse(const record::Record& record, const scenario::Gates& limits);

// "pass", "fail", "inconclusive"
std::string_view to_string(Verdict verdict);

}  // namespace pgrehearse::analyse
