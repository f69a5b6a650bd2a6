#include "harness/observe/log_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace pgrehearse::observe {
namespace {

constexpr std::size_t chunk = 65536;

const char* name_of(LogFormat format) { return format == LogFormat::json ? "jsonlog" : "csvlog"; }

class OnDisk final : public LogFiles {
 public:
  OnDisk(std::string data_directory, LogFormat format) : data_directory_(std::move(data_directory)), format_(format) {}

  base::Result<Look> look(const std::string& file, std::int64_t offset) override {
    Look look{current(), {}, 0};
    if (file.empty()) return look;
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    look.bytes.resize(chunk);
    const auto got = fd < 0 ? -1 : ::pread(fd, look.bytes.data(), chunk, offset);
    struct stat status {};
    const bool seen = got >= 0 && ::fstat(fd, &status) == 0;
    const int number = errno;
    if (fd >= 0) ::close(fd);
    if (!seen) return base::environment_error(fmt::format("cannot read {}: {}", file, std::strerror(number)));
    look.bytes.resize(static_cast<std::size_t>(got));
    look.size = status.st_size;
    return look;
  }

 private:
  // From lines like "jsonlog log/postgresql-2026-11-20_235719.json".
  std::string current() const {
    std::ifstream list(data_directory_ + "/current_logfiles");
    const std::string prefix = std::string(name_of(format_)) + ' ';
    for (std::string line; std::getline(list, line);) {
      if (!line.starts_with(prefix)) continue;
      return (std::filesystem::path(data_directory_) / line.substr(prefix.size())).string();
    }
    return {};
  }

  std::string data_directory_;
  LogFormat format_;
};

// bytea comes as "\x" and two hexadecimal digits a byte (bytea_output = hex, set by us).
std::string from_hexadecimal(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t at = 2; at + 1 < text.size(); at += 2) {
    bytes += static_cast<char>(digit(text[at]) * 16 + digit(text[at + 1]));
  }
  return bytes;
}

class OverSql final : public LogFiles {
 public:
  OverSql(std::unique_ptr<postgres::Session> session, LogFormat format)
      : session_(std::move(session)), format_(format) {}

  // The target list is evaluated from left to right.
  base::Result<Look> look(const std::string& file, std::int64_t offset) override {
    try {
      if (file.empty()) {
        const auto rows = session_->query("SELECT pg_catalog.pg_current_logfile($1)", {name_of(format_)});
        return Look{rows.string(0, 0), {}, 0};
      }
      const auto rows = session_->query(
          "SELECT pg_catalog.pg_current_logfile($1), pg_catalog.pg_read_binary_file($2, $3::bigint, $4::bigint), "
          "(pg_catalog.pg_stat_file($2)).size",
          {name_of(format_), file, std::to_string(offset), std::to_string(chunk)});
      return Look{rows.string(0, 0), from_hexadecimal(rows.text(0, 1)), rows.integer(0, 2)};
    } catch (const postgres::Failure& failure) {
      return postgres::to_error(failure, "reading the server's log");
    }
  }

 private:
  std::unique_ptr<postgres::Session> session_;
  LogFormat format_;
};

}  // namespace

std::unique_ptr<LogFiles> log_files_on_disk(std::string data_directory, LogFormat format) {
  return std::make_unique<OnDisk>(std::move(data_directory), format);
}

std::unique_ptr<LogFiles> log_files_over_sql(std::unique_ptr<postgres::Session> session, LogFormat format) {
  return std::make_unique<OverSql>(std::move(session), format);
}

}  // namespace pgrehearse::observe
