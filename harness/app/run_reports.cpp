#include "harness/app/run_reports.hpp"

#include <array>

#include "harness/analyse/analyse.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"

namespace pgrehearse::app {

base::Result<analyse::Analysis> write_reports(record::RunFolder& folder, const scenario::Gates& gates) {
  const auto record = record::read_run_folder(folder.path());
  if (!record) return record.errors();
  analyse::Analysis analysis = analyse::analyse(*record, gates);

  const std::array<std::pair<const char*, std::string>, 5> files{{{"summary.json", reports::summary_json(analysis)},
                                                                  {"report.html", reports::html(analysis)},
                                                                  {"report.md", reports::markdown(analysis)},
                                                                  {"junit.xml", reports::junit(analysis)},
                                                                  {"latency.hlog", record::to_hdr_log(*record)}}};
  for (const auto& [name, content] : files) {
    if (const auto written = folder.write_file(name, content); !written) return written.errors();
  }
  return analysis;
}

}  // namespace pgrehearse::app
