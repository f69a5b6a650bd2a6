#include "harness/provision/facts.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace pgrehearse::provision {
namespace {

constexpr const char* biasing_settings = R"(
  SELECT name, current_setting(name) FROM pg_settings
  WHERE name IN ('shared_buffers', 'maintenance_work_mem', 'work_mem', 'effective_cache_size', 'max_connections',
                 'max_parallel_maintenance_workers', 'max_parallel_workers', 'max_parallel_workers_per_gather',
                 'max_worker_processes', 'max_wal_size', 'checkpoint_timeout', 'checkpoint_completion_target',
                 'wal_level', 'wal_compression', 'wal_buffers', 'max_wal_senders', 'full_page_writes', 'fsync',
                 'synchronous_commit', 'wal_sync_method', 'autovacuum', 'autovacuum_naptime',
                 'autovacuum_vacuum_cost_delay', 'default_toast_compression', 'effective_io_concurrency',
                 'maintenance_io_concurrency', 'io_method', 'huge_pages', 'data_checksums', 'block_size', 'jit',
                 'random_page_cost', 'lock_timeout', 'statement_timeout', 'deadlock_timeout', 'commit_delay',
                 'shared_preload_libraries', 'file_copy_method', 'timezone'))";

// The provider's column is new in 15; before, every collation was libc's.
std::string locale_of_template(postgres::Session& session) {
  const bool has_provider = session.server_version() >= 150000;
  const auto rows = session.query(fmt::format("SELECT datcollate, {} FROM pg_database WHERE datname = 'template1'",
                                              has_provider ? "datlocprovider" : "'c'"));
  const std::string provider = rows.string(0, 1);
  return fmt::format("{} ({})", rows.text(0, 0), provider == "i" ? "icu" : provider == "b" ? "builtin" : "libc");
}

bool lies_in(const std::string& path, const std::string& folder) {
  return folder == "/" || path == folder || path.starts_with(folder + "/");
}

}  // namespace

Facts read_facts(postgres::Session& session) {
  Facts facts;
  const auto version = session.query("SHOW server_version").string(0, 0);
  facts.version = version.substr(0, version.find(' '));
  const auto settings = session.query(biasing_settings);
  for (std::size_t row = 0; row < settings.size(); ++row) {
    facts.settings[settings.string(row, 0)] = settings.string(row, 1);
  }
  facts.locale = locale_of_template(session);
  return facts;
}

// Of the mount points that hold the path the longest counts, and of equal ones the last, which hides the others.
std::string file_system_of(const std::string& path) {
  std::error_code ignored;
  const std::string real = std::filesystem::weakly_canonical(path, ignored);
  std::ifstream mounts("/proc/self/mounts");
  std::string longest, type;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string device, folder, kind;
    fields >> device >> folder >> kind;
    if (!lies_in(real, folder) || folder.size() < longest.size()) continue;
    longest = folder;
    type = kind;
  }
  return type;
}

}  // namespace pgrehearse::provision
