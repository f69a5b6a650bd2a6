#include "harness/app/profile_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "harness/app/database.hpp"
#include "harness/app/facts.hpp"
#include "harness/app/server_start.hpp"
#include "harness/base/files.hpp"
#include "harness/profile/schema_dump.hpp"

namespace pgrehearse::app {
namespace {

constexpr int first_major_that_restores = 18;
constexpr const char* scratch_name = "import";

base::Result<std::string> read_text(const std::string& path) {
  auto text = base::read_file(path);
  if (!text) return base::usage_error(fmt::format("cannot read {}", path));
  return std::move(*text);
}

bool has_statistics(const std::string& text) { return text.find("pg_restore_attribute_stats(") != std::string::npos; }

base::Error no_statistics(const std::string& path) {
  return base::usage_error("holds no statistics of columns (no call of pg_restore_attribute_stats)",
                           "pg_dump --statistics-only of PostgreSQL 18 or newer writes them", {path, 1, 1});
}

// The line in which the server found the mistake.
base::Error located(const postgres::Failure& failure, const std::string& path, const std::string& text) {
  const int position = std::max(failure.report().position - 1, 0);
  const auto end = text.begin() + std::min<std::ptrdiff_t>(position, static_cast<std::ptrdiff_t>(text.size()));
  const int line = failure.report().position > 0 ? static_cast<int>(std::count(text.begin(), end, '\n')) + 1 : 0;
  return base::usage_error(failure.summary(), "the statistics have to be of this schema: dump both at the same time",
                           {path, line, 0});
}

// "-- Dumped from database version 17.6 (Debian ...)"
std::string version_in(const std::string& dump) {
  constexpr std::string_view head = "-- Dumped from database version ";
  const auto start = dump.find(head);
  if (start == std::string::npos) return "";
  const auto first = start + head.size();
  return dump.substr(first, dump.find_first_of(" \n", first) - first);
}

class Import {
 public:
  Import(const StatisticsDump& dump, base::Progress& progress, const base::Cancellation& cancellation)
      : dump_(dump), progress_(progress), cancellation_(cancellation) {}

  base::Result<profile::Reading> run(const scenario::Server& wanted, const profile::ReadOptions& options) {
    auto statistics = read_text(dump_.statistics_file);
    if (!statistics) return statistics.errors();
    if (!has_statistics(*statistics)) return no_statistics(dump_.statistics_file);
    auto server = open(wanted);
    if (!server) return server.errors();
    const std::string database = (*server)->database_name(scratch_name);
    if (auto created = (*server)->create(database); !created) return created.errors();
    const postgres::Target target = (*server)->target(database);
    scenario::Data data;
    data.schema_files = dump_.schema_files;
    if (auto made = run_schema_files(data, target, progress_, cancellation_); !made) return made.errors();
    if (auto taken = restore(target, *statistics); !taken) return taken.errors();
    auto reading = profile::read_shape(target, options);
    if (!reading) return reading;
    reading->notices.insert(reading->notices.begin(), warnings_.begin(), warnings_.end());
    describe(reading->shape, *statistics);
    progress_.finish();
    if (auto stopped = (*server)->stop(); !stopped) return stopped.errors();
    return reading;
  }

 private:
  base::Result<std::unique_ptr<provision::Server>> open(const scenario::Server& wanted) {
    progress_.stage("server");
    return start_server(
        server_options(wanted, "profile", progress_), [this](const std::string& text) { progress_.note(text); },
        cancellation_);
  }

  base::Status restore(const postgres::Target& target, const std::string& statistics) {
    progress_.stage("statistics");
    auto session = postgres::Session::open(target);
    if (!session) return session.errors();
    const int major = (*session)->server_version() / 10000;
    if (major < first_major_that_restores) {
      return base::environment_error(
          fmt::format("statistics can be restored by PostgreSQL {} and newer, and the scratch server is {}",
                      first_major_that_restores, major),
          "name newer programs with --postgres-bin, or use --server container");
    }
    const std::string text = profile::without_psql_commands(statistics);
    try {
      (*session)->query(text);
    } catch (const postgres::Failure& failure) {
      return located(failure, dump_.statistics_file, text);
    }
    for (std::string& notice : (*session)->take_notices()) warnings_.push_back(std::move(notice));
    return base::success();
  }

  // As production had it, not as the scratch server does.
  void describe(profile::Shape& shape, const std::string& statistics) const {
    const std::string version = version_in(statistics);
    shape.origin = {std::atoi(version.c_str()), version, shape.origin.encoding, ""};
    shape.settings.clear();
    std::string schema;
    for (const std::string& path : dump_.schema_files) schema += base::read_file(path).value_or("") + "\n";
    shape.schema_sql = profile::clean_dump(schema);
  }

  const StatisticsDump& dump_;
  base::Progress& progress_;
  const base::Cancellation& cancellation_;
  std::vector<std::string> warnings_;
};

}  // namespace

base::Result<profile::Reading> read_dump(const StatisticsDump& dump, const scenario::Server& wanted,
                                         const profile::ReadOptions& options, base::Progress& progress,
                                         const base::Cancellation& cancellation) {
  return Import(dump, progress, cancellation).run(wanted, options);
}

}  // namespace pgrehearse::app
