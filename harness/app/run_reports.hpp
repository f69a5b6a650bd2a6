// The reports of a run folder: written beside the record that they are made from.
#pragma once

#include "harness/analyse/analysis.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::app {

// Reads the record back from the folder, so that what is reported is what anyone can report from it later, and writes
// summary.json, report.html, report.md, junit.xml and latency.hlog.
base::Result<analyse::Analysis> write_reports(record::RunFolder& folder, const scenario::Gates& gates);

}  // namespace pgrehearse::app
