#include "harness/app/traffic_scripts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/load/access_path.hpp"
#include "harness/load/derive.hpp"
#include "harness/load/production_scripts.hpp"
#include "harness/load/trial.hpp"

namespace pgrehearse::app {
namespace {

using load::Draft;

// A derived script must not read all of a table of so many rows: that would measure a missing index.
constexpr std::uint64_t large_table_rows = 10'000;

class TrafficSource {
 public:
  TrafficSource(const Stage& stage, record::RunFolder& folder, postgres::Session& session,
                const generators::Generator& tables)
      : stage_(stage), folder_(folder), session_(session), tables_(tables), paths_(load::read_access_paths(session)) {}

  // The scripts of the observed statements that can be sent here; empty when there are none.
  base::Result<std::vector<scenario::Script>> from_production() {
    const scenario::ObservedTraffic& observed = stage_.scenario.traffic.observed;
    const auto types = [&](const std::string& statement) { return load::parameter_types(session_, statement); };
    auto made = load::production_drafts(observed, stage_.scenario.traffic.scale, tables_, paths_, types);
    const auto refusals = load::try_drafts(session_, made.drafts, tables_, {});
    for (auto refusal = refusals.rbegin(); refusal != refusals.rend(); ++refusal) {
      const auto at = static_cast<std::ptrdiff_t>(refusal->draft);
      made.left_out.push_back(
          {made.statements[refusal->draft], "the generated database refuses it: " + refusal->reason});
      made.drafts.erase(made.drafts.begin() + at);
      made.statements.erase(made.statements.begin() + at);
    }
    if (stage_.scenario.traffic.loop == scenario::Traffic::Loop::closed) {
      for (Draft& draft : made.drafts) draft.rate_per_s.reset();
    }
    stage_.notice(load::production_summary(observed, made));
    if (auto written = folder_.write_file("traffic-from-production.md", load::production_report(observed, made));
        !written)
      return written.errors();
    return kept(made.drafts, "production's");
  }

  base::Result<std::vector<scenario::Script>> derived(const std::vector<std::string>& touched) {
    load::DeriveOptions options;
    options.touched = touched;
    auto drafts = load::derive_drafts(tables_, paths_, load::read_indexed_columns(session_), options);
    const auto refusals = load::try_drafts(session_, drafts, tables_, {large_table_rows});
    for (auto refusal = refusals.rbegin(); refusal != refusals.rend(); ++refusal) {
      stage_.notice(fmt::format("derived script {} was left out: {}", drafts[refusal->draft].name, refusal->reason));
      drafts.erase(drafts.begin() + static_cast<std::ptrdiff_t>(refusal->draft));
    }
    if (drafts.empty()) {
      return base::usage_error(
          "no traffic can be derived from this schema: no table has rows, a primary key and takes reads or writes",
          "give scripts (--script FILE), or rehearse without traffic (--pass quiet)");
    }
    return kept(drafts, "derived");
  }

 private:
  base::Result<std::vector<scenario::Script>> kept(const std::vector<Draft>& drafts, const std::string& source) {
    std::vector<scenario::Script> scripts;
    for (const Draft& draft : drafts) {
      scripts.push_back(load::to_script(draft, tables_, source));
      const scenario::Script& script = scripts.back();
      if (const auto written = folder_.write_file("script-" + script.name + ".sql", script.text); !written)
        return written.errors();
    }
    return scripts;
  }

  const Stage& stage_;
  record::RunFolder& folder_;
  postgres::Session& session_;
  const generators::Generator& tables_;
  const std::vector<load::AccessPath> paths_;
};

base::Result<std::vector<scenario::Script>> made_scripts(const Stage& stage, record::RunFolder& folder,
                                                         postgres::Session& session,
                                                         const generators::Generator& tables,
                                                         const std::vector<std::string>& touched) {
  TrafficSource source(stage, folder, session, tables);
  if (!stage.scenario.traffic.observed.statements.empty()) {
    auto scripts = source.from_production();
    if (!scripts || !scripts->empty()) return scripts;
  }
  return source.derived(touched);
}

}  // namespace

base::Result<std::vector<load::Script>> traffic_scripts(const Stage& stage, record::RunFolder& folder,
                                                        const postgres::Target& database,
                                                        const generators::Generator& tables,
                                                        const std::vector<std::string>& touched) {
  if (!stage.scenario.traffic.scripts.empty()) return load::parse_scripts(stage.scenario.traffic.scripts, &tables);
  const auto session = postgres::Session::open(database);
  if (!session) return session.errors();
  try {
    const auto scripts = made_scripts(stage, folder, **session, tables, touched);
    if (!scripts) return scripts.errors();
    return load::parse_scripts(*scripts, &tables);
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "making traffic scripts");
  }
}

}  // namespace pgrehearse::app
