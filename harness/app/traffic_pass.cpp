#include "harness/app/traffic_pass.hpp"

#include <fmt/format.h>

#include <memory>

#include "harness/app/clone.hpp"
#include "harness/load/engine.hpp"
#include "harness/observe/log_tail.hpp"
#include "harness/observe/relation_names.hpp"
#include "harness/observe/sampler.hpp"

namespace pgrehearse::app {
namespace {

// What is still under way when the last phase has settled gets this long to end before it is cancelled.
constexpr base::Duration grace = std::chrono::seconds(5);

// Everything that watches a pass, started together and stopped together.
class Observers {
 public:
  static base::Result<std::unique_ptr<Observers>> start(const Stage& stage, const provision::Server& server,
                                                        const std::string& database) {
    auto observers = std::unique_ptr<Observers>(new Observers);
    auto session = postgres::Session::open(server.target(database));
    if (!session) return session.errors();
    observers->session_ = std::move(session).value();
    if (const auto named = observers->names_.add_snapshot(*observers->session_); !named) return named.errors();
    const auto access = server.files_are_here() ? observe::LogAccess::file : observe::LogAccess::sql;
    auto tail =
        observe::LogTail::start(server.target(database), access, observers->names_, stage.clock, stage.recorder);
    if (!tail && server.is_private()) return tail.errors();
    if (tail) {
      observers->tail_ = std::move(tail).value();
    } else {
      observers->unread_log_ = UnreadLog{stage.clock.now(), to_string(tail.errors().front())};
    }
    auto sampler = observe::Sampler::start(server.target(database), observers->names_, stage.clock, stage.recorder);
    if (!sampler) return sampler.errors();
    observers->sampler_ = std::move(sampler).value();
    return observers;
  }

  // The migration may have made, dropped or rewritten relations.
  base::Status look_at_names() { return names_.add_snapshot(*session_); }

  // Where the server's log cannot be read, the sampler's waits stand alone, and the record says so.
  void stop(const Stage& stage) {
    sampler_->stop();
    if (tail_) tail_->stop();
    if (!unread_log_) return;
    const auto blind = stage.clock.now() - unread_log_->since;
    stage.recorder.append(record::Gap{"server_log", unread_log_->since, blind, unread_log_->reason});
  }

 private:
  Observers() = default;

  struct UnreadLog {
    base::Duration since{};
    std::string reason;
  };
  std::unique_ptr<postgres::Session> session_;
  observe::RelationNames names_;
  std::unique_ptr<observe::LogTail> tail_;
  std::optional<UnreadLog> unread_log_;
  std::unique_ptr<observe::Sampler> sampler_;
};

}  // namespace

base::Result<CycleOutcome> run_traffic_pass(const Stage& stage, provision::Server& server,
                                            const std::string& template_database, const migrate::Rehearsal& rehearsal,
                                            const TrafficPass& pass, const std::vector<load::Script>& scripts,
                                            const generators::Generator& tables) {
  stage.progress.stage(fmt::format("{} pass: clone", pass.name));
  const auto clone = Clone::make(server, template_database, pass.name);
  if (!clone) return clone.errors();
  const std::string& database = clone->database();
  const auto observers = Observers::start(stage, server, database);
  if (!observers) return observers.errors();

  const scenario::Traffic& traffic = stage.scenario.traffic;
  load::ScriptRules rules;
  rules.protocol = traffic.protocol;
  rules.stale_plan = traffic.stale_plan;
  rules.max_tries = static_cast<std::uint32_t>(traffic.max_tries);
  const auto engine = load::TrafficEngine::start(stage.clock, stage.recorder,
                                                 {.target = server.traffic_target(database),
                                                  .pass = pass.name,
                                                  .scripts = scripts,
                                                  .traffic = traffic,
                                                  .seed = base::Seed{stage.scenario.data.seed}.derive("traffic"),
                                                  .tables = &tables,
                                                  .rules = rules});
  if (!engine) return engine.errors();
  Adversaries adversaries(stage, server, database, pass.name, pass.adversaries, tables);
  const auto before_step = [&](const std::string& step) { return adversaries.begin(step); };
  const auto after_step = [&](const std::string&, bool) -> base::Status {
    if (const auto named = (*observers)->look_at_names(); !named) return named.errors();
    return stage.let_pass(stage.scenario.timing.settle);
  };

  observe::CpuMeter cpu(server.postmaster_pid().value_or(0), stage.clock, stage.recorder);
  Phases phases(stage, pass.name, cpu, [&](const std::string& phase) {
    return (*engine)->begin_phase(active_scripts(stage.scenario, phase));
  });
  stage.recorder.append(record::PassStart{stage.clock.now(), pass.name, database});
  record_applications(stage, pass.name);
  stage.progress.stage(fmt::format("{} pass: baseline", pass.name));
  phases.begin("baseline");
  if (const auto waited = stage.let_pass(stage.scenario.timing.baseline); !waited) return waited.errors();

  const migrate::RunnerOptions options{server.migration_target(database), server.target("postgres"),
                                       stage.scenario.policy, false};
  auto outcome = run_cycle(stage, pass.name, rehearsal.range, options, phases, {before_step, after_step});
  phases.end();
  adversaries.end();
  (*engine)->stop(stage.cancellation.cancelled() ? base::Duration::zero() : grace);
  (*observers)->stop(stage);
  stage.recorder.append(record::PassEnd{stage.clock.now(), pass.name});
  return outcome;
}

}  // namespace pgrehearse::app
