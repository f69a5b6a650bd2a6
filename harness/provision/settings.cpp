#include "harness/provision/settings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>

namespace pgrehearse::provision {
namespace {

constexpr std::uint64_t MiB = 1024 * 1024;

const char* const place_reason = "the private server lives in a folder and on a socket of its own";
const char* const log_reason = "the lock waits are read from the server's log, which must stay as it is set";

// Name -> why the user may not set it.
const std::map<std::string, const char*>& refused() {
  static const std::map<std::string, const char*> reasons = {
      {"port", place_reason},
      {"listen_addresses", place_reason},
      {"unix_socket_directories", place_reason},
      {"unix_socket_group", place_reason},
      {"unix_socket_permissions", place_reason},
      {"data_directory", place_reason},
      {"config_file", place_reason},
      {"hba_file", place_reason},
      {"ident_file", place_reason},
      {"external_pid_file", place_reason},
      {"include", place_reason},
      {"include_dir", place_reason},
      {"include_if_exists", place_reason},
      {"logging_collector", log_reason},
      {"log_destination", log_reason},
      {"log_directory", log_reason},
      {"log_filename", log_reason},
      {"log_file_mode", log_reason},
      {"log_rotation_age", log_reason},
      {"log_rotation_size", log_reason},
      {"log_timezone", log_reason},
      {"log_lock_waits", log_reason},
      {"log_min_messages", log_reason},
      {"log_error_verbosity", log_reason},
      {"lc_messages", log_reason},
      {"wal_segment_size", "it is fixed when a cluster is made"},
      {"block_size", "it is fixed when PostgreSQL is built"},
      {"data_checksums", "it is fixed when a cluster is made"},
  };
  return reasons;
}

bool is_setting_name(const std::string& name) {
  return !name.empty() && (std::isalpha(static_cast<unsigned char>(name[0])) || name[0] == '_') &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; });
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string megabytes(std::uint64_t bytes) { return fmt::format("{}MB", bytes / MiB); }

// What people who run a server of this size set; the rest is PostgreSQL's default.
Settings sized_for(std::uint64_t memory_bytes) {
  return {
      {"shared_buffers", megabytes(std::clamp(memory_bytes / 8, 128 * MiB, 2048 * MiB))},
      {"effective_cache_size", megabytes(std::max(memory_bytes / 2, 256 * MiB))},
      {"maintenance_work_mem", megabytes(std::clamp(memory_bytes / 32, 64 * MiB, 512 * MiB))},
      {"max_connections", "200"},
      {"timezone", "UTC"},
      {"log_checkpoints", "on"},
      {"log_temp_files", "0"},
      {"pg_stat_statements.track", "all"},
      {"pg_stat_statements.track_utility", "on"},
  };
}

const Settings& of_mode(Mode mode) {
  static const Settings honest = {
      {"fsync", "on"},          {"full_page_writes", "on"},     {"synchronous_commit", "on"},
      {"wal_level", "replica"}, {"max_wal_senders", "10"},      {"autovacuum", "on"},
      {"max_wal_size", "4GB"},  {"checkpoint_timeout", "5min"},
  };
  // max_wal_senders and archive_mode must go with wal_level=minimal, or the server does not start.
  static const Settings relaxed = {
      {"fsync", "off"},         {"full_page_writes", "off"},  {"synchronous_commit", "off"},
      {"wal_level", "minimal"}, {"max_wal_senders", "0"},     {"autovacuum", "off"},
      {"max_wal_size", "8GB"},  {"checkpoint_timeout", "1h"}, {"archive_mode", "off"},
  };
  return mode == Mode::honest ? honest : relaxed;
}

// One log file with a known name, in a form that programs read (jsonlog is new in 15).
Settings fixed_settings(const Fixed& fixed) {
  Settings settings = {
      {"port", "5432"},
      {"listen_addresses", fixed.listen_addresses},
      {"logging_collector", "on"},
      {"log_destination", fixed.major >= 15 ? "jsonlog" : "csvlog"},
      {"log_directory", fixed.log_folder},
      {"log_filename", "server.log"},
      {"log_file_mode", "0600"},
      {"log_rotation_age", "0"},
      {"log_rotation_size", "0"},
      {"log_timezone", "UTC"},
      {"log_lock_waits", "on"},
      {"lc_messages", "C"},
  };
  if (!fixed.socket_folder.empty()) {
    settings["unix_socket_directories"] = fixed.socket_folder;
    settings["unix_socket_permissions"] = "0700";
  }
  return settings;
}

void merge(Settings& into, const Settings& stronger) {
  for (const auto& [name, value] : stronger) into[lower(name)] = value;
}

bool sets(const Settings& settings, const std::string& name) {
  return std::any_of(settings.begin(), settings.end(),
                     [&](const auto& setting) { return lower(setting.first) == name; });
}

std::string with_statements_library(const std::string& libraries) {
  if (libraries.find("pg_stat_statements") != std::string::npos) return libraries;
  return libraries.empty() ? "pg_stat_statements" : libraries + ", pg_stat_statements";
}

}  // namespace

base::Status check_settings(const Settings& wanted) {
  base::Errors errors;
  for (const auto& [name, value] : wanted) {
    const auto reason = refused().find(lower(name));
    if (!is_setting_name(name)) {
      errors.push_back(base::usage_error(fmt::format("\"{}\" is no name of a server setting", name)));
    } else if (reason != refused().end()) {
      errors.push_back(
          base::usage_error(fmt::format("the server setting {} cannot be chosen: {}", name, reason->second),
                            "remove it from the settings"));
    } else if (value.find_first_of(std::string("\n\r\0", 3)) != std::string::npos) {
      errors.push_back(base::usage_error(fmt::format("the server setting {} has a line break in its value", name)));
    }
  }
  if (!errors.empty()) return errors;
  return base::success();
}

std::optional<std::string> refusal_of(const std::string& name) {
  const auto reason = refused().find(name);
  if (reason == refused().end()) return {};
  return reason->second;
}

Settings server_settings(Mode mode, const Settings& wanted, const Fixed& fixed, std::uint64_t memory_bytes) {
  Settings settings = sized_for(memory_bytes);
  if (mode == Mode::honest) merge(settings, of_mode(mode));
  merge(settings, wanted);
  if (settings["wal_level"] == "minimal" && !sets(wanted, "max_wal_senders")) settings["max_wal_senders"] = "0";
  if (mode == Mode::relaxed) merge(settings, of_mode(mode));
  merge(settings, fixed_settings(fixed));
  auto& libraries = settings["shared_preload_libraries"];
  if (fixed.statements_library) libraries = with_statements_library(libraries);
  return settings;
}

// Quotes and backslashes are escaped as guc-file.l reads them.
std::string configuration_file(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    text += name + " = '";
    for (char c : value) {
      if (c == '\'' || c == '\\') text += c;
      text += c;
    }
    text += "'\n";
  }
  return text;
}

std::uint64_t usable_memory_bytes() {
  const auto machine =
      static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t limit = 0;  // unreadable, or "max": none
  std::ifstream("/sys/fs/cgroup/memory.max") >> limit;
  return limit == 0 ? machine : std::min(machine, limit);
}

}  // namespace pgrehearse::provision
