#include "harness/provision/settings_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "harness/base/files.hpp"
#include "harness/base/secrets.hpp"
#include "harness/base/units.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

// A group of settings that stay behind, by the beginning of their name ("ssl*"), its end ("*_file") or all of it.
struct Rule {
  const char* pattern;
  const char* reason;
};
constexpr const char* place = "it belongs to production's machine";
constexpr const char* log = "the log is read here, and says what it has to say";
constexpr const char* access = "sessions here have no network and no users of their own";
constexpr const char* standby = "there is no standby and no archive here";
constexpr const char* locale = "language and time zone are the cluster's own here";
constexpr const char* timeout = "time-outs are the scenario's: policy.* and traffic.*";
constexpr const char* library = "its library may not be installed here";
constexpr const char* developer = "it is for repairs and developers";
constexpr const char* meaning = "it changes what statements mean, not how long they take";

constexpr Rule rules[] = {
    {"*_directory", place},
    {"*_directories", place},
    {"*_file", place},
    {"*_path", place},
    {"*_command", standby},
    {"*_libraries", library},
    {"*_tablespace", place},
    {"*_tablespaces", place},
    {"unix_socket*", place},
    {"tcp_*", access},
    {"bonjour*", access},
    {"data_directory_mode", place},
    {"cluster_name", place},
    {"application_name", place},
    {"update_process_title", place},
    {"event_source", log},
    {"syslog*", log},
    {"log_*", log},
    {"logging_*", log},
    {"debug_*", developer},
    {"trace_*", developer},
    {"ssl*", access},
    {"krb_*", access},
    {"gss_*", access},
    {"password_encryption", access},
    {"authentication_timeout", access},
    {"client_connection_check_interval", access},
    {"max_connections", "the rehearsal's sessions need their own number"},
    {"*reserved_connections", access},
    {"synchronous_standby_names", "commits would wait for a standby that is not here"},
    {"archive_*", standby},
    {"restore_*", standby},
    {"recovery_*", standby},
    {"primary_*", standby},
    {"promote_*", standby},
    {"hot_standby*", standby},
    {"max_standby_*", standby},
    {"max_slot_*", standby},
    {"max_replication_slots", standby},
    {"max_wal_senders", standby},
    {"wal_sender_*", standby},
    {"wal_receiver_*", standby},
    {"wal_keep_*", standby},
    {"wal_retrieve_*", standby},
    {"*logical_replication*", standby},
    {"max_sync_workers_per_subscription", standby},
    {"lc_*", locale},
    {"timezone*", locale},
    {"datestyle", locale},
    {"intervalstyle", locale},
    {"client_encoding", locale},
    {"default_text_search_config", locale},
    {"search_path", meaning},
    {"bytea_output", meaning},
    {"extra_float_digits", meaning},
    {"xml*", meaning},
    {"standard_conforming_strings", meaning},
    {"backslash_quote", meaning},
    {"quote_all_identifiers", meaning},
    {"array_nulls", meaning},
    {"transform_null_equals", meaning},
    {"check_function_bodies", meaning},
    {"row_security", meaning},
    {"statement_timeout", timeout},
    {"lock_timeout", timeout},
    {"transaction_timeout", timeout},
    {"idle_*_timeout", timeout},
    {"default_transaction_read_only", "a rehearsal writes"},
    {"default_transaction_deferrable", "a rehearsal writes"},
    {"transaction_*", developer},
    {"session_replication_role", developer},
    {"allow_*", developer},
    {"ignore_*", developer},
    {"zero_damaged_pages", developer},
    {"exit_on_error", developer},
    {"restart_after_crash", developer},
    {"huge_page*", "it depends on what the machine's kernel has set aside"},
    {"max_stack_depth", "it depends on the machine's kernel"},
    {"*shared_memory_type", "it depends on the machine's kernel"},
    {"jit_provider", library},
};

// One '*' at most at each end.
bool matches(std::string_view pattern, std::string_view name) {
  const bool front = pattern.starts_with('*'), back = pattern.ends_with('*');
  if (front) pattern.remove_prefix(1);
  if (back) pattern.remove_suffix(1);
  if (front && back) return name.find(pattern) != std::string_view::npos;
  if (front) return name.ends_with(pattern);
  if (back) return name.starts_with(pattern);
  const auto middle = pattern.find('*');
  if (middle == std::string_view::npos) return name == pattern;
  return name.starts_with(pattern.substr(0, middle)) && name.ends_with(pattern.substr(middle + 1));
}

// Memory that the server takes as soon as it starts, or a session when it works; the share of the memory that it may
// be, and what a number without a unit counts.
struct MemorySetting {
  const char* name;
  double share;
  std::uint64_t unit_bytes;
};
constexpr MemorySetting memory_settings[] = {
    {"shared_buffers", 0.4, 8192},
    {"wal_buffers", 0.05, 8192},
    {"temp_buffers", 0.1, 8192},
    {"work_mem", 0.1, 1024},
    {"maintenance_work_mem", 0.25, 1024},
    {"autovacuum_work_mem", 0.1, 1024},
    {"logical_decoding_work_mem", 0.1, 1024},
    {"min_dynamic_shared_memory", 0.1, 1 << 20},
};

std::string too_large(const std::string& name, const std::string& value, std::uint64_t memory_bytes) {
  for (const MemorySetting& setting : memory_settings) {
    if (name != setting.name) continue;
    const bool bare =
        !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c); });
    const auto number = bare ? base::parse_count(value) : base::parse_bytes(value);
    if (!number) return "";  // -1, or a mistake about which the server has its own words
    const double bytes = static_cast<double>(*number) * (bare ? static_cast<double>(setting.unit_bytes) : 1);
    if (bytes <= setting.share * static_cast<double>(memory_bytes)) return "";
    return fmt::format("it does not fit into this machine's {}", base::format_bytes(memory_bytes));
  }
  return "";
}

std::string reason_against(const std::string& name, const std::string& value, std::uint64_t memory_bytes) {
  if (const auto refused = refusal_of(name)) return *refused;
  if (name.starts_with("pg_stat_statements.")) return "the rehearsal measures with it, and sets it";
  if (name.find('.') != std::string::npos) return "it is of an extension, whose library may not be installed here";
  for (const Rule& rule : rules) {
    if (matches(rule.pattern, name)) return rule.reason;
  }
  return too_large(name, value, memory_bytes);
}

// ---- from a server -----------------------------------------------------------------------------------------------

constexpr const char* production_sql =
    "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings "
    "WHERE context <> 'internal' AND source NOT IN ('default', 'override', 'client', 'session') "
    "AND setting IS DISTINCT FROM boot_val ORDER BY name";

base::Result<Settings> read_from_server(const std::string& source) {
  auto target = postgres::parse_target(source);
  if (!target) return target.errors();
  target->application = "pgrehearse:settings";
  const auto session = postgres::Session::open(*target);
  if (!session) return session.errors();
  try {
    const postgres::Rows rows = (*session)->query(production_sql);
    Settings settings;
    for (std::size_t row = 0; row < rows.size(); ++row) settings[rows.string(row, 0)] = rows.string(row, 1);
    return settings;
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "reading production's settings");
  }
}

base::Result<Settings> read_from_file(const std::string& path) {
  const auto text = base::read_file(path);
  if (text) return parse_settings_file(*text, path);
  return base::usage_error(fmt::format("cannot read the settings in {}", path),
                           "give a file in the form of postgresql.conf, or a connection URI");
}

}  // namespace

ImportedSettings sift_settings(const Settings& production, std::uint64_t memory_bytes) {
  ImportedSettings result;
  for (const auto& [written, value] : production) {
    const std::string name = lower(written);
    const std::string reason = reason_against(name, value, memory_bytes);
    if (reason.empty()) {
      result.imported[name] = value;
    } else {
      result.left_out.push_back({name, value, reason});
    }
  }
  return result;
}

base::Result<ImportedSettings> import_settings(const std::string& source, std::uint64_t memory_bytes) {
  const auto production = base::is_connection_text(source) ? read_from_server(source) : read_from_file(source);
  if (!production) return production.errors();
  return sift_settings(*production, memory_bytes);
}

std::vector<LeftOut> refused_settings(const base::Errors& errors, const Settings& imported, base::Errors& rest) {
  std::vector<LeftOut> refused;
  for (const base::Error& error : errors) {
    const auto blamed = std::find_if(imported.begin(), imported.end(), [&](const auto& setting) {
      return error.message.find(fmt::format("parameter \"{}\"", setting.first)) != std::string::npos;
    });
    if (blamed == imported.end()) {
      rest.push_back(error);
    } else {
      refused.push_back({blamed->first, blamed->second, error.message});
    }
  }
  return refused;
}

}  // namespace pgrehearse::provision
