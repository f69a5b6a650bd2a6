#include "harness/app/load_run.hpp"

#include "harness/app/output_options.hpp"
#include "reports/load_report.hpp"

namespace pgrehearse::app {

base::Result<analyse::LoadResult> write_load_reports(record::RunFolder& folder) {
  const auto record = record::read_run_folder(folder.path());
  if (!record) return record.errors();
  analyse::LoadResult result = analyse::load_result(*record);
  if (const auto written = folder.write_file("summary.json", reports::load_json(result)); !written) {
    return written.errors();
  }
  if (const auto written = folder.write_file("latency.hlog", record::to_hdr_log(*record)); !written) {
    return written.errors();
  }
  return result;
}

std::string rendered_load(const analyse::LoadResult& result, const std::string& format) {
  return format == "json" ? reports::load_json(result) : reports::load_text(result, terminal_style());
}

ExitStatus load_status(const analyse::LoadResult& result) {
  if (result.interrupted) return ExitStatus::interrupted;
  return result.tally.ok == 0 && result.tally.due > 0 ? ExitStatus::usage : ExitStatus::pass;
}

}  // namespace pgrehearse::app
