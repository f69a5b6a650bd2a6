#include <fmt/format.h>

#include "harness/postgres/session.hpp"
#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::postgres {
namespace {

std::string on_one_line(const Failure::Report& report) {
  std::string line = report.message;
  if (!report.detail.empty()) line += fmt::format(" ({})", report.detail);
  if (!report.hint.empty()) line += fmt::format(" (hint: {})", report.hint);
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

}  // namespace

Failure::Failure(Report report, std::string sql)
    : std::runtime_error(on_one_line(report)), report_(std::move(report)), sql_(std::move(sql)) {}

bool Failure::connection_lost() const { return is_connection_lost(report_.sqlstate); }

std::string Failure::summary() const { return on_one_line(report_); }

base::Error to_error(const Failure& failure, std::string_view doing) {
  return base::environment_error(
      fmt::format("while {}: {} (SQLSTATE {})", doing, failure.summary(), failure.sqlstate()));
}

}  // namespace pgrehearse::postgres
