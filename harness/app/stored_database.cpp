#include "harness/app/stored_database.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/app/cast.hpp"
#include "harness/app/database.hpp"
#include "harness/app/facts.hpp"
#include "harness/app/program.hpp"
#include "harness/app/server_start.hpp"
#include "harness/base/files.hpp"
#include "harness/base/units.hpp"
#include "harness/provision/cache.hpp"
#include "harness/provision/open_server.hpp"
#include "harness/scenario/json.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::json;

constexpr const char* facts_file = "/filled.json";

// A build that differs may make other rows under the same version.
std::string program_identity() {
  struct stat status {};
  if (::stat("/proc/self/exe", &status) != 0) return tool_version;
  return fmt::format("{} {} {}.{}", tool_version, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

// Beside the filled database stands one as it was before the rows: what to make is planned from it again.
std::string blank_name(const provision::Server& server) { return server.database_name("template_blank"); }

base::Status write_facts(const std::string& folder, const populate::Populated& populated) {
  Json tables = Json::array();
  for (const auto& table : populated.tables) {
    tables.push_back({{"name", table.name},
                      {"rows", table.rows},
                      {"bytes", table.bytes},
                      {"duration_ns", table.duration.count()},
                      {"note", table.note}});
  }
  std::ofstream file(folder + facts_file);
  file << Json{{"tables", tables}, {"notices", populated.notices}}.dump() << std::flush;
  if (!file) return base::environment_error("cannot write in the cache: " + folder);
  return base::success();
}

base::Result<populate::Populated> read_facts(const std::string& folder, generators::Generator generator) {
  const Json facts = Json::parse(base::read_file(folder + facts_file).value_or(""), nullptr, false);
  try {
    populate::Populated populated{std::move(generator), {}, facts.at("notices")};
    for (const Json& table : facts.at("tables")) {
      populated.tables.push_back({table.at("name"), table.at("rows"), table.at("bytes"),
                                  base::Duration(table.at("duration_ns").get<std::int64_t>()), table.at("note")});
    }
    return populated;
  } catch (const Json::exception&) {
    return base::environment_error("the cache's entry " + folder + " is damaged", "remove it");
  }
}

class Preparation {
 public:
  Preparation(const Stage& stage, const std::string& folder, const migrate::Rehearsal& rehearsal)
      : stage_(stage), folder_(folder), rehearsal_(rehearsal) {}

  base::Result<Prepared> run() {
    const scenario::Server& wanted = stage_.scenario.server;
    if (wanted.cache.empty()) return make({});
    const std::string identity = provision::identity_for_cache(wanted);
    if (identity.empty()) {
      stage_.notice("the cache was not used: only databases of private clusters on this machine can be kept");
      return make({});
    }
    const provision::Cache cache(wanted.cache, wanted.cache_limit_bytes);
    const std::string key = cache_key(identity, stage_.scenario, rehearsal_);
    if (const auto entry = cache.find(key)) return restore(*entry);
    return make([&](const Prepared& prepared) { return keep(cache, key, prepared); });
  }

 private:
  using Keep = std::function<base::Status(const Prepared&)>;

  base::Result<std::unique_ptr<provision::Server>> open(const std::string& restore_from) {
    stage_.progress.stage("server");
    auto options = server_options(stage_.scenario.server, folder_, stage_.progress);
    options.restore_from = restore_from;
    if (!is_existing(options.server)) {
      for (const auto& setting : settings_for_adversaries(stage_.scenario)) options.server.settings.insert(setting);
    }
    auto server = start_server(
        std::move(options), [this](const std::string& text) { stage_.notice(text); }, stage_.cancellation);
    if (!server) return server;
    for (const std::string& remark : (*server)->remarks()) stage_.notice(remark);
    return server;
  }

  base::Result<Prepared> make(const Keep& keep) {
    auto server = open("");
    if (!server) return server.errors();
    const std::string name = (*server)->database_name("template");
    const scenario::Data& data = stage_.scenario.data;
    if (auto made = make_schema(stage_, **server, name, rehearsal_, data); !made) return made.errors();
    if (keep) {
      if (auto copied = (*server)->clone(name, blank_name(**server)); !copied) return copied.errors();
    }
    auto populated =
        populate::populate((*server)->target(name), data, stage_.clock, stage_.progress, stage_.cancellation);
    if (!populated) return populated.errors();
    Prepared prepared{std::move(*server), name, std::move(*populated)};
    if (keep) {
      if (auto kept = keep(prepared); !kept) return kept.errors();
    }
    stage_.progress.stage("production-like settings");
    if (auto honest = prepared.server->make_honest(); !honest) return honest.errors();
    return prepared;
  }

  // What cannot be kept is no reason to stop.
  base::Status keep(const provision::Cache& cache, const std::string& key, const Prepared& prepared) {
    stage_.progress.stage("keeping the filled database");
    const auto kept = cache.store(key, [&](const std::string& entry) -> base::Status {
      if (auto written = write_facts(entry, prepared.populated); !written) return written;
      return prepared.server->save(entry);
    });
    if (kept) {
      stage_.notice("the filled database was kept in " + stage_.scenario.server.cache);
    } else {
      stage_.notice("the filled database was not kept: " + to_string(kept.errors().front()));
    }
    return base::success();
  }

  base::Result<Prepared> restore(const std::string& entry) {
    auto server = open(entry);
    if (!server) return server.errors();
    stage_.progress.stage("Planning the rows");
    auto generator =
        populate::plan_rows((*server)->target(blank_name(**server)), stage_.scenario.data, stage_.cancellation);
    if (!generator) return generator.errors();
    auto populated = read_facts(entry, std::move(*generator));
    if (!populated) return populated.errors();
    stage_.notice("the filled database came from " + stage_.scenario.server.cache + ", where an earlier run kept it");
    const std::string name = (*server)->database_name("template");
    Prepared prepared{std::move(*server), name, std::move(*populated)};
    if (auto honest = prepared.server->make_honest(); !honest) return honest.errors();
    return prepared;
  }

  const Stage& stage_;
  const std::string& folder_;
  const migrate::Rehearsal& rehearsal_;
};

}  // namespace

std::string cache_key(const std::string& server, const scenario::Scenario& scenario,
                      const migrate::Rehearsal& rehearsal) {
  scenario::Scenario deciding;
  deciding.data = scenario.data;
  deciding.server.settings = scenario.server.settings;
  std::string key = fmt::format("{}\n{}\n", program_identity(), server);
  // Schema files by what is in them, wherever they lie.
  for (const std::string& path : std::exchange(deciding.data.schema_files, {})) {
    key += fmt::format("-- schema\n{}\n", base::read_file(path).value_or(""));
  }
  if (!scenario.data.shape_file.empty()) {
    deciding.data.shape_file.clear();
    key += fmt::format("-- shape\n{}\n", base::read_file(scenario.data.shape_file).value_or(""));
  }
  for (const migrate::Migration& migration : rehearsal.before) {
    key += fmt::format("-- {} {} {}\n{}\n", migration.version, migration.name, static_cast<int>(migration.scope),
                       migration.up.text);
  }
  return key + scenario::to_json(deciding);
}

base::Result<Prepared> prepare_server(const Stage& stage, const std::string& folder,
                                      const migrate::Rehearsal& rehearsal) {
  return Preparation(stage, folder, rehearsal).run();
}

}  // namespace pgrehearse::app
