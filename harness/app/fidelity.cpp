#include "harness/app/fidelity.hpp"

#include "generators/growth.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/populate/request.hpp"
#include "harness/profile/statistics_reader.hpp"

namespace pgrehearse::app {
namespace {

// What the shape, the scale and the user's own numbers of rows come to.
base::Status set_rows_asked(postgres::Session& session, const scenario::Data& data, populate::Catalog catalog,
                            profile::Fidelity& fidelity) {
  if (const auto applied = populate::apply_request(session, data, catalog, populate::Standing::none); !applied)
    return applied.errors();
  for (profile::TableFidelity& table : fidelity.tables)
    for (const generators::TableShape& shape : catalog.shape.tables)
      if (shape.qualified() == table.name) table.rows_asked = shape.rows;
  return base::success();
}

}  // namespace

base::Result<profile::Fidelity> compare_with_shape(const postgres::Target& database, const scenario::Data& data) {
  const auto achieved = profile::read_statistics(database, data.statistics);
  if (!achieved) return achieved.errors();
  auto session = postgres::Session::open(database);
  if (!session) return session.errors();
  const auto catalog = populate::read_catalog(**session);
  if (!catalog) return catalog.errors();
  const auto [wanted, made] = generators::at_same_size(data.statistics, *achieved, catalog->shape);
  auto fidelity = profile::compare(wanted, made, data.scale);
  if (const auto set = set_rows_asked(**session, data, *catalog, fidelity); !set) return set.errors();
  return fidelity;
}

void report_fidelity(const Stage& stage, const postgres::Target& database, record::RunFolder& folder) {
  if (stage.scenario.data.statistics.empty()) return;
  const auto fidelity = compare_with_shape(database, stage.scenario.data);
  if (!fidelity) {
    stage.notice("the rows were not compared with the shape: " + to_string(fidelity.errors().front()));
    return;
  }
  for (const std::string& line : profile::summary_lines(*fidelity)) stage.notice(line);
  if (const auto written = folder.write_file("fidelity.json", profile::fidelity_json(*fidelity)); !written) {
    stage.notice("fidelity.json was not written: " + to_string(written.errors().front()));
  }
}

}  // namespace pgrehearse::app
