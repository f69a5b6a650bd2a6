#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "harness/app/commands.hpp"
#include "harness/app/profile_import.hpp"
#include "harness/load/production_scripts.hpp"
#include "harness/profile/schema_dump.hpp"
#include "harness/profile/shape_file.hpp"
#include "harness/profile/statistics_reader.hpp"
#include "harness/provision/binaries.hpp"
#include "harness/provision/settings_import.hpp"

namespace pgrehearse::app {
namespace {

std::vector<std::string> pg_dump_folders(const Parsed& parsed) {
  if (const auto chosen = parsed.value("postgres-bin")) return {*chosen};
  auto folders = provision::program_folders();
  folders.emplace_back();  // PATH
  return folders;
}

// Of all that differ from their defaults only those that decide how long things take: the others are about
// production's place, and some hold passwords.
void keep_timing_settings(profile::Shape& shape) {
  shape.settings = provision::sift_settings(shape.settings, UINT64_MAX).imported;
}

base::Result<profile::Reading> read_files(const Parsed& parsed, const base::Cancellation& cancellation) {
  const StatisticsDump dump{parsed.all("schema"), parsed.value("from-statistics").value_or("")};
  if (dump.schema_files.empty()) {
    return base::usage_error("--from-statistics needs the schema that the statistics are of",
                             "pg_dump --schema-only writes it; name the file with --schema");
  }
  scenario::Server wanted;
  wanted.use = parsed.value("server").value_or("auto");
  wanted.major = provision::newest_tried_major;
  if (const auto folder = parsed.value("postgres-bin")) {
    wanted.postgres_bin = *folder;
    wanted.major.reset();
  }
  const auto progress = base::terminal_progress(STDERR_FILENO);
  profile::ReadOptions options;
  options.include_values = parsed.all("include-values");
  auto reading = read_dump(dump, wanted, options, *progress, cancellation);
  if (reading && parsed.has("no-schema")) reading->shape.schema_sql.reset();
  return reading;
}

base::Result<profile::Reading> read_database(const Parsed& parsed, const base::Cancellation& cancellation) {
  const auto target = postgres::parse_target(parsed.positionals.front());
  if (!target) return target.errors();
  profile::ReadOptions options;
  options.include_values = parsed.all("include-values");
  options.sample = parsed.has("sample");
  options.traffic = !parsed.has("no-traffic");
  auto reading = profile::read_shape(*target, options);
  if (!reading || parsed.has("no-schema")) return reading;
  auto schema = profile::dump_schema(*target, reading->shape.origin.major, pg_dump_folders(parsed), &cancellation);
  if (!schema) return schema.errors();
  reading->shape.schema_sql = std::move(*schema);
  return reading;
}

// Beside its place first, so that there never stands half a shape.
base::Status write_file(const std::string& path, const std::string& text) {
  const std::string draft = path + ".draft";
  std::ofstream file(draft);
  file << text << std::flush;
  std::error_code failure;
  if (file) std::filesystem::rename(draft, path, failure);
  if (file && !failure) return base::success();
  return base::environment_error(fmt::format("cannot write {}", path), "--output names a file in a folder that exists");
}

// What no rehearsal will be able to send again, with the reason; the rest of the checks need a generated database.
void tell_unusable(const profile::Traffic& traffic) {
  double all = 0;
  std::map<std::string, std::pair<std::size_t, double>> unusable;  // by reason: statements and calls
  for (const profile::TrafficStatement& statement : traffic.statements) {
    const auto calls = static_cast<double>(statement.calls);
    all += calls;
    const std::string reason = load::unusable_reason(statement.sql);
    if (reason.empty()) continue;
    auto& [statements, sum] = unusable[reason];
    ++statements;
    sum += calls;
  }
  for (const auto& [reason, found] : unusable) {
    fmt::print(stderr, "note: {} statement{} ({:.2f} % of the calls) cannot be sent in a rehearsal: {}\n", found.first,
               found.first == 1 ? "" : "s", 100 * found.second / all, reason);
  }
}

ExitStatus execute(const Parsed& parsed) {
  const bool from_files = parsed.has("from-statistics");
  if (parsed.positionals.empty() != from_files) {
    return report_errors(
        {base::usage_error(from_files ? "a database or --from-statistics, not both" : "which database?",
                           "pgrehearse profile postgresql://user@host/database")});
  }
  base::Cancellation cancellation;
  base::cancel_on_signals(cancellation);
  auto reading = from_files ? read_files(parsed, cancellation) : read_database(parsed, cancellation);
  if (!reading) return report_errors(reading.errors());
  keep_timing_settings(reading->shape);
  for (const std::string& notice : reading->notices) fmt::print(stderr, "note: {}\n", notice);
  if (reading->shape.traffic) tell_unusable(*reading->shape.traffic);
  const std::string text = profile::to_json(reading->shape);
  const auto output = parsed.value("output");
  if (!output) return std::fputs(text.c_str(), stdout) < 0 ? ExitStatus::environment : ExitStatus::pass;
  if (const auto written = write_file(*output, text); !written) return report_errors(written.errors());
  return ExitStatus::pass;
}

}  // namespace

CommandEntry profile_command() {
  Verb verb{
      .name = "profile",
      .positional = "[URL]",
      .summary = "Read how production's rows look, without their contents, into a shape file.",
      .positional_limit = 1,
      .description =
          "URL is a connection URI, or key=value text as psql takes it; a replica will do, and so will a\n"
          "read-only role. Catalogs and the planner's statistics are read, and no row. Values of other\n"
          "types than numbers, booleans, enums, dates and times stay where they are: of those the shape\n"
          "holds lengths, shares and order. Where pg_stat_statements is installed, the statements that it counted\n"
          "come along, without their constants and comments. docs/profile.md has the format, and the grants\n"
          "that it takes.",
      .examples =
          "  pgrehearse profile postgresql://reader@replica/shop > shop.shape.json\n"
          "  pgrehearse profile postgresql://reader@replica/shop --sample -o shop.shape.json\n"
          "  pgrehearse profile postgresql://reader@replica/shop --include-values products.category\n"
          "  pgrehearse profile --from-statistics statistics.sql --schema schema.sql > shop.shape.json\n",
      .options = {
          {"sample", 0, "", "also read some pages of each table: for widths, and children per parent", false, ""},
          {"include-values", 0, "TABLE.COLUMN", "let this column's values into the shape, whatever its type", true, ""},
          {"no-traffic", 0, "", "leave out the statements that pg_stat_statements counted", false, ""},
          {"no-schema", 0, "", "leave out the schema as SQL, for which pg_dump is needed", false, ""},
          {"postgres-bin", 0, "FOLDER", "where pg_dump is, of the server's major or newer; default: searched", false,
           ""},
          {"from-statistics", 0, "FILE", "instead of URL: what `pg_dump --statistics-only` (18) wrote", false,
           "Without a connection"},
          {"schema", 0, "FILE", "and the schema that it is of", true, "Without a connection"},
          {"server", 0, "WHERE", "the scratch server that reads them, 18 or newer: local or container", false,
           "Without a connection"},
          {"output", 'o', "FILE", "default: standard output", false, ""}}};
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
