#include "harness/app/traffic_scripts.hpp"

#include "harness/load/access_path.hpp"
#include "harness/load/derive.hpp"

namespace pgrehearse::app {

base::Result<std::vector<load::Script>> traffic_scripts(const Stage& stage, record::RunFolder& folder,
                                                        const postgres::Target& database,
                                                        const generators::Generator& tables,
                                                        const std::vector<std::string>& touched) {
  if (!stage.scenario.traffic.scripts.empty()) return load::parse_scripts(stage.scenario.traffic.scripts, &tables);
  const auto session = postgres::Session::open(database);
  if (!session) return session.errors();
  load::DeriveOptions options;
  options.touched = touched;
  const auto scripts = load::derive_scripts(tables, load::read_access_paths(**session), options);
  if (scripts.empty()) {
    return base::usage_error("no traffic can be derived from this schema: no table has rows and a primary key",
                             "give scripts (--script FILE), or rehearse without traffic (--pass quiet)");
  }
  for (const scenario::Script& script : scripts) {
    if (const auto written = folder.write_file("script-" + script.name + ".sql", script.text); !written) {
      return written.errors();
    }
  }
  return load::parse_scripts(scripts, &tables);
}

}  // namespace pgrehearse::app
