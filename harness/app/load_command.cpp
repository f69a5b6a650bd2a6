#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness/app/commands.hpp"
#include "harness/app/facts.hpp"
#include "harness/app/load_options.hpp"
#include "harness/app/load_run.hpp"
#include "harness/app/load_share.hpp"
#include "harness/app/output_options.hpp"
#include "harness/app/stage.hpp"
#include "harness/base/units.hpp"
#include "harness/load/engine.hpp"
#include "harness/load/key_source.hpp"
#include "harness/provision/facts.hpp"

namespace pgrehearse::app {
namespace {

constexpr const char* pass = "load";

std::string folder_name(const base::Slice& slice) {
  return slice.of > 1 ? fmt::format("load-{}of{}", slice.number, slice.of) : "load";
}

// Of several slices, ours; of one, nothing has to be agreed on.
base::Result<std::optional<LoadShare>> take_share(const LoadRequest& request) {
  if (request.slices == 1) return std::optional<LoadShare>();
  auto share = LoadShare::take(request.target, request.rules.random_seed, request.slices, request.slice);
  if (!share) return share.errors();
  return std::optional(std::move(*share));
}

// As many as the built-in scripts' tables were made for: one row of pgbench_branches for each unit of scale.
base::Result<load::Definition> scale_of(postgres::Session& session) {
  try {
    const auto rows = session.query("SELECT count(*) FROM pgbench_branches");
    if (rows.integer(0, 0) > 0) return load::Definition("scale", rows.string(0, 0));
    return base::environment_error("pgbench_branches is empty", "fill the tables with `pgbench -i -s N DATABASE`");
  } catch (const postgres::Failure& failure) {
    base::Error error = postgres::to_error(failure, "looking for the tables of the built-in scripts");
    error.hint = "make them with `pgbench -i -s N DATABASE`, or give scripts of your own with --file";
    return error;
  }
}

// One run of `load`, from the first connection to the last window.
class Load {
 public:
  Load(const LoadRequest& request, LoadShare* share, const Stage& stage, record::RunFolder& folder,
       record::Manifest& manifest)
      : request_(request), share_(share), stage_(stage), folder_(folder), manifest_(manifest) {
    if (share) slice_ = share->slice();
    manifest_.slice_number = slice_.number;
    manifest_.slice_of = slice_.of;
  }

  base::Status run() {
    auto scripts = prepare();
    if (!scripts) return scripts.errors();
    stage_.progress.stage("connect");
    auto engine = load::TrafficEngine::start(stage_.clock, stage_.recorder, setup(std::move(*scripts)));
    if (!engine) return engine.errors();
    if (const auto waited = wait_for_start(); !waited) return waited;
    send(**engine);
    return base::success();
  }

 private:
  // Looks at the server, and reads the scripts.
  base::Result<std::vector<load::Script>> prepare() {
    auto session = postgres::Session::open(request_.target);
    if (!session) return session.errors();
    rules_ = request_.rules;
    if (request_.builtin && !request_.scale_given) {
      auto scale = scale_of(**session);
      if (!scale) return scale.errors();
      rules_.definitions.push_back(std::move(*scale));
    }
    manifest_.server = recorded(provision::read_facts(**session));
    manifest_.server.provider = "existing";
    if (const auto written = folder_.write_manifest(manifest_); !written) return written.errors();
    const auto keys = load::server_keys(**session, base::Seed{rules_.random_seed}.derive("keys"));
    return load::parse_scripts(request_.traffic.scripts,
                               {.keys = keys.get(), .definitions = rules_.definitions, .strict = false});
  }

  load::TrafficSetup setup(std::vector<load::Script> scripts) const {
    load::TrafficSetup setup;
    setup.target = request_.target;
    setup.pass = pass;
    setup.scripts = std::move(scripts);
    setup.traffic = request_.traffic;
    setup.rules = rules_;
    setup.seed = base::Seed{rules_.random_seed};
    setup.operations_per_client = request_.transactions;
    setup.traffic.clients = static_cast<int>(slice_.of_count(static_cast<std::uint64_t>(request_.traffic.clients)));
    setup.rules.slice = slice_;
    setup.rules.all_clients = static_cast<std::size_t>(request_.traffic.clients);
    return setup;
  }

  base::Status wait_for_start() {
    if (!request_.start_at && !request_.together) return base::success();
    stage_.progress.stage("wait for the start");
    if (request_.together) return share_ ? share_->wait_for_all(stage_) : base::success();
    return stage_.let_pass(stage_.clock.from_wall(*request_.start_at) - stage_.clock.now());
  }

  // Interrupted or not, what was sent until then is in the record.
  void send(load::TrafficEngine& engine) {
    stage_.recorder.append(record::PassStart{stage_.clock.now(), pass, request_.target.database});
    stage_.progress.stage("load");
    const base::Duration begun = engine.begin_phase();
    stage_.recorder.append(record::PhaseStart{begun, pass, pass});
    if (request_.transactions) {
      while (!stage_.cancellation.cancelled() && !engine.wait_for_end(std::chrono::milliseconds(100))) {
        stage_.progress.update(base::to_ms(stage_.clock.now() - begun), 0, "ms");
      }
    } else {
      static_cast<void>(stage_.let_pass(request_.duration));  // an interruption ends it like the time
    }
    manifest_.interrupted = stage_.cancellation.cancelled();
    const auto delivery = engine.stop(manifest_.interrupted ? base::Duration::zero() : request_.traffic.patience);
    stage_.recorder.append(record::PhaseEnd{delivery.ended, pass, pass});
    stage_.recorder.append(record::PassEnd{stage_.clock.now(), pass});
  }

  const LoadRequest& request_;
  LoadShare* share_;  // of several slices; else null
  base::Slice slice_;
  const Stage& stage_;
  record::RunFolder& folder_;
  record::Manifest& manifest_;
  load::ScriptRules rules_;
};

base::Result<analyse::LoadResult> carry_out(const LoadRequest& request, LoadShare* share, const Parsed& parsed,
                                            record::RunFolder& folder, const base::Clock& clock,
                                            base::Progress& progress, const base::Cancellation& cancellation) {
  scenario::Scenario scenario;
  scenario.name = pass;
  scenario.traffic = request.traffic;
  scenario.data.seed = request.rules.random_seed;
  const Stage stage{scenario, clock, folder, progress, cancellation};
  record::Manifest manifest = first_manifest(scenario, parsed.typed, clock);
  manifest.kind = "load";
  base::Status outcome = folder.write_manifest(manifest);
  if (outcome) outcome = Load(request, share, stage, folder, manifest).run();
  progress.finish();
  outcome = record_end(outcome, manifest, folder, clock);
  if (!outcome) return outcome.errors();
  return write_load_reports(folder);
}

ExitStatus execute(const Parsed& parsed) {
  const auto format = text_or_json(parsed);
  if (!format) return report_errors(format.errors());
  const auto request = requested_load(parsed);
  if (!request) return report_errors(request.errors());
  base::Cancellation cancellation;
  base::cancel_on_signals(cancellation);
  const base::SteadyClock clock;
  const auto progress = parsed.has("quiet") ? base::quiet_progress() : base::terminal_progress(STDERR_FILENO);
  auto share = take_share(*request);
  if (!share) return report_errors(share.errors());
  LoadShare* const ours = share->has_value() ? &**share : nullptr;
  const base::Slice slice = ours ? ours->slice() : base::Slice{};
  const auto path = output_folder(parsed, folder_name(slice), clock);
  if (!path) return report_errors(path.errors());
  const auto folder = record::RunFolder::create(*path);
  if (!folder) return report_errors(folder.errors());
  const auto result = carry_out(*request, ours, parsed, **folder, clock, *progress, cancellation);
  if (!result) return report_errors(result.errors());
  std::fputs(rendered_load(*result, *format).c_str(), stdout);
  fmt::print(stderr, "\nRecord: {}\n", (*folder)->path());
  return load_status(*result);
}

}  // namespace

CommandEntry load_command() {
  Verb verb{.name = "load",
            .positional = "[DATABASE]",
            .summary = "Traffic, and nothing else: pgbench's scripts and options, with honest latencies.",
            .positional_limit = 1,
            .description =
                "DATABASE is a name or a connection URI; default: DATABASE_URL, else PGDATABASE. Scripts that run\n"
                "under pgbench run here unchanged. With --rate, operations are sent by plan and latencies count\n"
                "from when they were due: a stalled server cannot slow the plan down.",
            .examples =
                "  pgrehearse load -S -c 16 -T 10 -M prepared bench          # as pgbench\n"
                "  pgrehearse load -f reads.sql@9 -f writes.sql -R 500 -T 60 -c 32 bench\n"
                "  for i in 1 2; do pgrehearse load --slice $i/2 --start-at together --random-seed 7 \\\n"
                "      -R 2000 -T 30 -c 64 -o part$i \"$URL\" & done; wait; pgrehearse merge part1 part2\n",
            .options = load_options()};
  verb.options.push_back(text_or_json_option());
  verb.options.push_back(
      {"output", 'o', "FOLDER", "the run folder; default: pgrehearse-runs/<time>-load", false, "Output"});
  verb.options.push_back({"quiet", 'q', "", "no progress", false, "Output"});
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
