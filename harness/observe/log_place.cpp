#include "harness/observe/log_place.hpp"

#include <fmt/format.h>

#include <map>

namespace pgrehearse::observe {
namespace {

using Settings = std::map<std::string, std::string>;

Settings read_settings(postgres::Session& session) {
  const auto rows = session.query(
      "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN "
      "('data_directory', 'logging_collector', 'log_destination', 'log_lock_waits', 'lc_messages', 'log_timezone')");
  Settings settings;
  for (std::size_t row = 0; row < rows.size(); ++row) settings[rows.string(row, 0)] = rows.string(row, 1);
  return settings;
}

bool is_english(const std::string& locale) {
  return locale.empty() || locale == "POSIX" || locale == "C" || locale.starts_with("C.") || locale.starts_with("en");
}

bool is_utc(const std::string& zone) {
  return zone == "UTC" || zone == "GMT" || zone == "Etc/UTC" || zone == "Etc/GMT" || zone == "Etc/UCT" || zone == "UCT";
}

base::Errors problems(const Settings& settings) {
  base::Errors errors;
  const auto need = [&](bool holds, std::string message, std::string hint) {
    if (!holds) errors.push_back(base::environment_error(std::move(message), std::move(hint)));
  };
  const std::string& destination = settings.at("log_destination");
  need(settings.at("logging_collector") == "on", "the server does not collect its log in files",
       "set logging_collector = on and restart it");
  need(destination.find("jsonlog") != std::string::npos || destination.find("csvlog") != std::string::npos,
       fmt::format("the server's log_destination is '{}'", destination), "set it to jsonlog (from 15) or csvlog (14)");
  need(settings.at("log_lock_waits") == "on", "the server does not log lock waits", "set log_lock_waits = on");
  need(is_english(settings.at("lc_messages")),
       fmt::format("the server's messages are in the language of '{}'", settings.at("lc_messages")),
       "set lc_messages = C");
  need(is_utc(settings.at("log_timezone")),
       fmt::format("the server's log_timezone is '{}'", settings.at("log_timezone")), "set log_timezone = UTC");
  return errors;
}

}  // namespace

base::Result<LogPlace> locate_log(const postgres::Target& target, LogAccess access) {
  auto session = postgres::Session::open(target);
  if (!session) return std::move(session).errors();
  LogPlace place;
  try {
    const Settings settings = read_settings(**session);
    if (base::Errors errors = problems(settings); !errors.empty()) return errors;
    const bool json = settings.at("log_destination").find("jsonlog") != std::string::npos;
    place.format = json ? LogFormat::json : LogFormat::csv;
    if (access == LogAccess::sql) {
      place.files = log_files_over_sql(std::move(session).value(), place.format);
    } else if (settings.contains("data_directory")) {
      place.files = log_files_on_disk(settings.at("data_directory"), place.format);
    } else {
      return base::environment_error("this role may not see where the server keeps its log", "connect as a superuser");
    }
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "looking for the server's log");
  }
  const auto current = place.files->look("", 0);
  if (!current) return current.errors();
  if (current->current.empty()) return base::environment_error("the server has not begun a log file");
  if (const auto readable = place.files->look(current->current, 0); !readable) return readable.errors();
  return place;
}

}  // namespace pgrehearse::observe
