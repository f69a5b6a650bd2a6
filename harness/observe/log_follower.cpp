#include "harness/observe/log_follower.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

namespace pgrehearse::observe {
namespace {

const char* name_of(LogFormat format) { return format == LogFormat::json ? "jsonlog" : "csvlog"; }

// The file that the collector writes now, from lines like "jsonlog log/postgresql-2026-11-20_235719.json".
std::string current_log(const LogPlace& place) {
  std::ifstream list(place.data_directory + "/current_logfiles");
  const std::string prefix = std::string(name_of(place.format)) + ' ';
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with(prefix)) continue;
    return (std::filesystem::path(place.data_directory) / line.substr(prefix.size())).string();
  }
  return {};
}

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

base::Result<LogPlace> locate_log(postgres::Session& session) {
  try {
    const Settings settings = read_settings(session);
    if (!settings.contains("data_directory")) {
      return base::environment_error("this role may not see where the server keeps its log", "connect as a superuser");
    }
    if (base::Errors errors = problems(settings); !errors.empty()) return errors;
    const bool json = settings.at("log_destination").find("jsonlog") != std::string::npos;
    LogPlace place{settings.at("data_directory"), json ? LogFormat::json : LogFormat::csv};
    const std::string path = current_log(place);
    if (path.empty() || ::access(path.c_str(), R_OK) != 0) {
      return base::environment_error(fmt::format("cannot read the server's log in {}", place.data_directory),
                                     "run on the server's machine, as its user or as root");
    }
    return place;
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "looking for the server's log");
  }
}

LogFollower::LogFollower(LogPlace place) : place_(std::move(place)), splitter_(place_.format) {
  if (open(current_path())) ::lseek(fd_, 0, SEEK_END);
}

LogFollower::~LogFollower() {
  if (fd_ >= 0) ::close(fd_);
}

std::string LogFollower::current_path() const { return current_log(place_); }

bool LogFollower::open(const std::string& path) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  path_ = fd_ >= 0 ? path : std::string();
  splitter_.reset();
  return fd_ >= 0;
}

void LogFollower::read_to_end(News& news) {
  if (fd_ < 0) return;
  std::array<char, 65536> buffer;
  for (;;) {
    const auto got = ::read(fd_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) news.troubles.push_back(fmt::format("cannot read {}: {}", path_, std::strerror(errno)));
    if (got <= 0) return;
    splitter_.add({buffer.data(), static_cast<std::size_t>(got)});
    while (const auto text = splitter_.next()) {
      if (auto entry = parse_entry(place_.format, *text)) {
        news.entries.push_back(std::move(*entry));
      } else {
        news.troubles.push_back(fmt::format("not a log entry: {:.80}", *text));
      }
    }
  }
}

LogFollower::News LogFollower::read() {
  News news;
  const std::string current = current_path();  // before reading: the old file is complete once another is current
  read_to_end(news);
  if (current == path_) {
    struct stat now {};
    if (fd_ < 0 || ::fstat(fd_, &now) != 0) return news;
    if (::lseek(fd_, 0, SEEK_CUR) > now.st_size) ::lseek(fd_, 0, SEEK_SET);  // truncated: begun anew
    return news;
  }
  if (current.empty() || !open(current)) {
    news.troubles.push_back("the server's current log cannot be opened");
    return news;
  }
  read_to_end(news);
  return news;
}

}  // namespace pgrehearse::observe
