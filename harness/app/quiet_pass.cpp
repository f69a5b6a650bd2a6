#include "harness/app/quiet_pass.hpp"

#include "harness/app/clone.hpp"
#include "harness/migrate/tracking_table.hpp"
#include "harness/observe/catalog_snapshot.hpp"
#include "harness/observe/data_snapshot.hpp"

namespace pgrehearse::app {
namespace {

constexpr const char* pass = "quiet";

// What the cycle is compared with: the state before the first up, and that after it.
class CycleProof {
 public:
  CycleProof(const Stage& stage, postgres::Session& session, std::vector<std::string> excluded)
      : stage_(stage), session_(session), excluded_(std::move(excluded)) {}

  base::Status take_baseline() {
    auto schema = observe::take_catalog_snapshot(session_, excluded_);
    if (!schema) return schema.errors();
    auto data = observe::take_data_snapshot(session_, excluded_);
    if (!data) return data.errors();
    schema_before_ = std::move(schema).value();
    data_before_ = std::move(data).value();
    return base::success();
  }

  base::Status after(const std::string& step) {
    auto schema = observe::take_catalog_snapshot(session_, excluded_);
    if (!schema) return schema.errors();
    if (step == "up") {
      schema_after_up_ = std::move(schema).value();
      // What up makes anew may be filled by the clock or by chance; what stood before must come out the same each time.
      auto data = observe::take_data_snapshot(session_, excluded_, &data_before_, observe::Match::origin);
      if (!data) return data.errors();
      data_after_up_ = std::move(data).value();
      return base::success();
    }
    const bool down = step == "down";
    const observe::DataSnapshot& data_then = down ? data_before_ : data_after_up_;
    record(observe::compare(down ? schema_before_ : schema_after_up_, *schema, step));
    const auto data = observe::take_data_snapshot(session_, excluded_, &data_then);
    if (!data) return data.errors();
    record(observe::compare(data_then, *data, step));
    return base::success();
  }

 private:
  void record(record::Comparison comparison) const {
    comparison.at = stage_.clock.now();
    comparison.pass = pass;
    stage_.recorder.append(comparison);
  }

  const Stage& stage_;
  postgres::Session& session_;
  std::vector<std::string> excluded_;
  observe::CatalogSnapshot schema_before_, schema_after_up_;
  observe::DataSnapshot data_before_, data_after_up_;
};

}  // namespace

base::Result<CycleOutcome> run_quiet_pass(const Stage& stage, provision::Server& server,
                                          const std::string& template_database, const migrate::Rehearsal& rehearsal,
                                          Proof proof) {
  stage.progress.stage("quiet pass: clone");
  const auto clone = Clone::make(server, template_database, pass);
  if (!clone) return clone.errors();
  const auto session = postgres::Session::open(server.target(clone->database()));
  if (!session) return session.errors();
  std::vector<std::string> excluded;
  if (const auto table = migrate::tracking_table(rehearsal.format)) excluded.push_back(*table);
  CycleProof cycle(stage, **session, excluded);

  stage.progress.stage("quiet pass: baseline");
  observe::CpuMeter cpu(server.postmaster_pid().value_or(0), stage.clock, stage.recorder);
  Phases phases(stage, pass, cpu, [&](const std::string&) { return stage.clock.now(); });
  stage.recorder.append(record::PassStart{stage.clock.now(), pass, clone->database()});
  phases.begin("baseline");
  if (proof != Proof::none) {
    if (const auto taken = cycle.take_baseline(); !taken) return taken.errors();
  }

  const migrate::RunnerOptions options{server.migration_target(clone->database()), server.target("postgres"),
                                       stage.scenario.policy, true};
  const CycleHooks hooks{[](const std::string&) { return base::success(); },
                         [&](const std::string& step, bool succeeded) {
                           return succeeded && proof != Proof::none ? cycle.after(step) : base::success();
                         }};
  auto outcome = run_cycle(stage, pass, rehearsal.range, options, phases, hooks);
  phases.end();
  stage.recorder.append(record::PassEnd{stage.clock.now(), pass});
  return outcome;
}

}  // namespace pgrehearse::app
