#include "harness/app/scenario_options.hpp"

#include "harness/profile/shape_file.hpp"
#include "harness/scenario/catalogue.hpp"
#include "harness/scenario/flags.hpp"
#include "harness/scenario/read.hpp"

namespace pgrehearse::app {
namespace {

Option option(std::string group, std::string name, std::string value, std::string help, bool repeatable = false) {
  return {std::move(name), 0, std::move(value), std::move(help), repeatable, std::move(group)};
}

scenario::Flags to_flags(const Parsed& parsed) {
  scenario::Flags flags;
  flags.variant = parsed.value("variant");
  flags.name = parsed.value("name");
  flags.migrations = parsed.value("migrations");
  flags.format = parsed.value("migration-format");
  flags.only = parsed.value("only");
  flags.last = parsed.value("last");
  flags.up = parsed.value("up");
  flags.down = parsed.value("down");
  flags.transaction = parsed.value("transaction");
  flags.lock_timeout = parsed.value("lock-timeout");
  flags.statement_timeout = parsed.value("statement-timeout");
  flags.retries = parsed.value("retries");
  flags.retry_wait = parsed.value("retry-wait");
  flags.schema = parsed.all("schema");
  flags.shape = parsed.value("shape");
  flags.scale = parsed.value("scale");
  flags.rows = parsed.all("rows");
  flags.seed = parsed.value("seed");
  flags.aged = parsed.value("aged");
  flags.rate = parsed.value("rate");
  flags.traffic_scale = parsed.value("traffic-scale");
  flags.clients = parsed.value("clients");
  flags.loop = parsed.value("loop");
  flags.patience = parsed.value("patience");
  flags.scripts = parsed.all("script");
  flags.passes = parsed.all("pass");
  flags.baseline = parsed.value("baseline");
  flags.settle = parsed.value("settle");
  flags.settings = parsed.all("setting");
  flags.server = parsed.value("server");
  flags.postgres_version = parsed.value("postgres-version");
  flags.postgres_bin = parsed.value("postgres-bin");
  flags.image = parsed.value("image");
  flags.engine = parsed.value("engine");
  flags.cpus = parsed.value("cpus");
  flags.memory = parsed.value("memory");
  flags.settings_from = parsed.value("settings-from");
  if (parsed.has("keep")) flags.keep = "true";
  flags.cache = parsed.value("cache");
  flags.gates = parsed.all("gate");
  return flags;
}

}  // namespace

std::vector<Option> scenario_options() {
  const std::string migration = "Migration", data = "Data", traffic = "Traffic", server = "Server", verdict = "Verdict";
  return {
      option(migration, "migrations", "FOLDER", "a migration folder: diesel, golang-migrate or plain numbered SQL"),
      option(migration, "migration-format", "NAME", "its format: auto (default), diesel, golang-migrate, plain"),
      option(migration, "only", "VERSION", "rehearse this version instead of the newest"),
      option(migration, "last", "N", "rehearse the newest N as one range"),
      option(migration, "up", "FILE", "a single migration instead of a folder"),
      option(migration, "down", "FILE", "how to undo it"),
      option(migration, "transaction", "SCOPE",
             "batch, file, simple-query or statement; default: as the format's tool does"),
      option(migration, "lock-timeout", "TIME", "lock_timeout of the migration, as in 200ms"),
      option(migration, "statement-timeout", "TIME", "statement_timeout of the migration"),
      option(migration, "retries", "N", "tries after a lock time-out, deadlock or serialization failure"),
      option(migration, "retry-wait", "TIME", "wait before each further try (default 1s)"),
      option(data, "schema", "FILE", "SQL to run on the empty database first", true),
      option(data, "shape", "FILE", "rows, statistics and, where nothing else makes it, schema: `pgrehearse profile`"),
      option(data, "scale", "FACTOR", "of the shape's row counts, as in 0.1 (default 1)"),
      option(data, "rows", "[TABLE=]N", "rows per table: 100k, users=1M, \"orders=10 per users\" (default 100k)", true),
      option(data, "seed", "N", "the same seed makes the same rows and the same traffic (default 42)"),
      option(data, "aged", "SHARE", "leave this share of dead rows, and their disorder, in every table: 20%"),
      option(traffic, "script", "FILE[@WEIGHT]", "your own transactions, in pgbench's language; default: derived",
             true),
      option(traffic, "rate", "RATE", "operations due in all, as in 500/s (default 200/s)"),
      option(traffic, "traffic-scale", "FACTOR", "of production's rates, where the shape has them (default 1)"),
      option(traffic, "clients", "N", "connections at most (default 16)"),
      option(traffic, "loop", "KIND", "open (default): sent by plan; closed: sent when the last one came back"),
      option(traffic, "patience", "TIME", "how long an operation waits for a free connection (default 30s)"),
      option(traffic, "pass", "NAME", "only these passes: quiet, traffic, an adversary's name, or several as a+b",
             true),
      option(traffic, "baseline", "TIME", "traffic before the migration (default 5s)"),
      option(traffic, "settle", "TIME", "traffic after each step (default 2s)"),
      option(server, "server", "WHERE",
             "local, container, existing (DATABASE_URL, PGHOST, ...), or a connection URI; default: local where "
             "binaries are found, else container"),
      option(server, "postgres-version", "MAJOR", "14 to 18, of the binaries or the image"),
      option(server, "postgres-bin", "FOLDER", "where initdb and postgres are; default: searched"),
      option(server, "image", "NAME", "the container's image; default: the official postgres:MAJOR"),
      option(server, "engine", "PROGRAM", "docker or podman; default: the first that answers"),
      option(server, "cpus", "N", "CPUs that the container may use"),
      option(server, "memory", "SIZE", "memory that the container may use, as in 4GB"),
      option(server, "settings-from", "URL|FILE", "import production's settings that matter to timing"),
      option(server, "keep", "", "leave the server up and say how to connect to it"),
      option(server, "cache", "FOLDER", "keep generated databases there, so that the next run skips the load"),
      option(server, "setting", "NAME=VALUE", "a setting of the server, as in shared_buffers=2GB", true),
      option(verdict, "gate", "NAME=LIMIT", "e.g. max_stall=500ms, response_p99=3x, error_rate=off", true),
      option("", "variant", "NAME", "a variant of the scenario"),
      option("", "name", "NAME", "what the reports call this rehearsal"),
  };
}

std::vector<Option> data_options() {
  std::vector<Option> options;
  for (Option& option : scenario_options()) {
    if (option.group != "Data") continue;
    option.group.clear();
    options.push_back(std::move(option));
  }
  return options;
}

namespace {

base::Result<scenario::Scenario> described_scenario(const Parsed& parsed) {
  const scenario::Flags flags = to_flags(parsed);
  if (parsed.positionals.empty()) return scenario::from_flags(flags);
  const auto file = scenario::find_scenario(parsed.positionals.front());
  if (!file) return file.errors();
  return scenario::read_scenario(*file, flags);
}

scenario::ObservedTraffic observed(const profile::Traffic& traffic) {
  scenario::ObservedTraffic observed{traffic.seconds, {}};
  for (const profile::TrafficStatement& each : traffic.statements) {
    observed.statements.push_back({each.sql, static_cast<double>(each.calls), static_cast<double>(each.rows)});
  }
  return observed;
}

// The shape's own schema serves where no schema files make one.
base::Status take_shape(scenario::Data& data, scenario::ObservedTraffic& traffic) {
  if (data.shape_file.empty()) return base::success();
  auto shape = profile::read_shape_file(data.shape_file);
  if (!shape) return shape.errors();
  data.statistics = profile::statistics_of(*shape);
  if (shape->traffic) traffic = observed(*shape->traffic);
  if (data.schema_files.empty()) data.shape_schema = shape->schema_sql.value_or("");
  return base::success();
}

}  // namespace

base::Result<scenario::Data> requested_data(const Parsed& parsed) {
  if (!parsed.positionals.empty()) {
    auto scenario = requested_scenario(parsed);
    if (!scenario) return scenario.errors();
    return std::move(scenario->data);
  }
  auto data = scenario::data_from_flags(to_flags(parsed));
  if (!data) return data;
  scenario::ObservedTraffic ignored;
  if (const auto taken = take_shape(*data, ignored); !taken) return taken.errors();
  return data;
}

base::Result<scenario::Scenario> requested_scenario(const Parsed& parsed) {
  auto scenario = described_scenario(parsed);
  if (!scenario) return scenario;
  scenario::Data& data = scenario->data;
  if (const auto taken = take_shape(data, scenario->traffic.observed); !taken) return taken.errors();
  // A history of migrations makes the schema, too.
  if (!scenario->migration.folder.empty()) data.shape_schema.clear();
  const bool has_schema =
      !scenario->migration.folder.empty() || !data.schema_files.empty() || !data.shape_schema.empty();
  if (data.shape_file.empty() || has_schema) return scenario;
  return base::usage_error("the shape has no schema, and nothing else makes one",
                           "give it with --schema FILE, or profile the database without --no-schema",
                           {data.shape_file, 0, 0});
}

}  // namespace pgrehearse::app
