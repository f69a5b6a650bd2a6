#include "harness/app/database.hpp"

#include <filesystem>

#include "harness/migrate/folder.hpp"
#include "harness/migrate/history_runner.hpp"
#include "harness/profile/schema_dump.hpp"

namespace pgrehearse::app {
namespace {

// A schema file is applied like a migration: the same errors, with file and line.
base::Result<std::vector<migrate::Migration>> schema_files(const std::vector<std::string>& paths) {
  std::vector<migrate::Migration> files;
  base::Errors errors;
  for (const std::string& path : paths) {
    const std::filesystem::path file(path);
    auto read = migrate::read_sql_file(file.parent_path().string(), file.filename().string());
    if (!read) {
      errors.insert(errors.end(), read.errors().begin(), read.errors().end());
      continue;
    }
    read->text = profile::without_psql_commands(read->text);
    const std::string name = read->name;
    files.push_back({name, name, std::move(read).value(), {}, migrate::TransactionScope::simple_query});
  }
  if (!errors.empty()) return errors;
  return files;
}

migrate::Migration schema_of_shape(const scenario::Data& data) {
  const std::string name = std::filesystem::path(data.shape_file).filename();
  return {name, name, {name, data.shape_file, data.shape_schema}, {}, migrate::TransactionScope::simple_query};
}

}  // namespace

base::Status run_schema_files(const scenario::Data& data, const postgres::Target& target, base::Progress& progress,
                              const base::Cancellation& cancellation) {
  auto files = schema_files(data.schema_files);
  if (!files) return files.errors();
  if (!data.shape_schema.empty()) files->push_back(schema_of_shape(data));
  progress.stage("schema");
  return migrate::apply_history(*files, "files", target, progress, cancellation);
}

base::Status make_schema(const Stage& stage, provision::Server& server, const std::string& name,
                         const migrate::Rehearsal& rehearsal, const scenario::Data& data) {
  if (const auto created = server.create(name); !created) return created.errors();

  const postgres::Target deployer = server.migration_target(name);
  if (auto made = run_schema_files(data, deployer, stage.progress, stage.cancellation); !made) return made;
  if (!rehearsal.before.empty()) stage.progress.stage("earlier migrations");
  return migrate::apply_history(rehearsal.before, rehearsal.format, deployer, stage.progress, stage.cancellation);
}

base::Result<populate::Populated> prepare_database(const Stage& stage, provision::Server& server,
                                                   const std::string& name, const migrate::Rehearsal& rehearsal,
                                                   const scenario::Data& data) {
  if (const auto made = make_schema(stage, server, name, rehearsal, data); !made) return made.errors();
  return populate::populate(server.target(name), data, stage.clock, stage.progress, stage.cancellation);
}

void record_filling(const Stage& stage, const populate::Populated& populated) {
  for (const populate::FilledTable& table : populated.tables) {
    stage.recorder.append(record::TableFilled{table.name, table.rows, table.bytes, table.duration, table.note});
  }
  for (const std::string& notice : populated.notices) stage.notice(notice);
}

}  // namespace pgrehearse::app
