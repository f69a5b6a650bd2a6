#include "harness/app/fidelity.hpp"

#include "harness/profile/fidelity.hpp"
#include "harness/profile/statistics_reader.hpp"

namespace pgrehearse::app {

void report_fidelity(const Stage& stage, const postgres::Target& database, record::RunFolder& folder) {
  const scenario::Data& data = stage.scenario.data;
  if (data.statistics.empty()) return;
  const auto achieved = profile::read_statistics(database, data.statistics);
  if (!achieved) {
    stage.notice("the rows were not compared with the shape: " + to_string(achieved.errors().front()));
    return;
  }
  const profile::Fidelity fidelity = profile::compare(data.statistics, *achieved, data.scale);
  for (const std::string& line : profile::summary_lines(fidelity)) stage.notice(line);
  if (const auto written = folder.write_file("fidelity.json", profile::fidelity_json(fidelity)); !written) {
    stage.notice("fidelity.json was not written: " + to_string(written.errors().front()));
  }
}

}  // namespace pgrehearse::app
