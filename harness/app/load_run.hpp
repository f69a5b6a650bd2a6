// The run folder of traffic alone: written by `load` and `merge`, read by them and by `report`.
#pragma once

#include <string>

#include "harness/analyse/load_result.hpp"
#include "harness/app/exit_status.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::app {

// Reads the record back from the folder, so that what is reported is what anyone can report from it later, and writes
// summary.json and latency.hlog beside it.
base::Result<analyse::LoadResult> write_load_reports(record::RunFolder& folder);

// `format` is "text" or "json".
std::string rendered_load(const analyse::LoadResult& result, const std::string& format);

// 0; 130 when it was interrupted; 2 where not one operation succeeded: then the scripts do not fit the database.
ExitStatus load_status(const analyse::LoadResult& result);

}  // namespace pgrehearse::app
