#include "harness/postgres/report.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstdlib>
#include <regex>

#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::postgres {
namespace {

std::string field(const pg_result* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string connect_hint(const std::string& message) {
  if (message.find("authentication failed") != std::string::npos || message.find("no password") != std::string::npos) {
    return "check the user and the password (PGUSER, PGPASSWORD)";
  }
  if (message.find("does not exist") != std::string::npos) return "check the names of the database and the user";
  return "check that the server runs and that host and port are right (PGHOST, PGPORT)";
}

}  // namespace

Failure::Report read_report(const pg_result* result, const pg_conn* connection) {
  Failure::Report report;
  report.sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (report.sqlstate.empty()) return read_report(connection);
  report.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  report.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  report.hint = field(result, PG_DIAG_MESSAGE_HINT);
  report.context = field(result, PG_DIAG_CONTEXT);
  report.schema = field(result, PG_DIAG_SCHEMA_NAME);
  report.table = field(result, PG_DIAG_TABLE_NAME);
  report.column = field(result, PG_DIAG_COLUMN_NAME);
  report.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  report.position = std::atoi(field(result, PG_DIAG_STATEMENT_POSITION).c_str());
  return report;
}

Failure::Report read_report(const pg_conn* connection) {
  Failure::Report report;
  report.sqlstate = sqlstate::connection_failure;
  report.message = trimmed(PQerrorMessage(connection));
  if (report.message.empty()) report.message = "the connection to the server was lost";
  return report;
}

Failure::Report read_verbose_report(const pg_conn* connection) {
  static const std::regex verbose(R"((:  )([0-9A-Z]{5}): )"), place(R"(\nLOCATION:[^\n]*)");
  Failure::Report report = read_report(connection);
  std::smatch found;
  if (!std::regex_search(report.message, found, verbose)) return report;
  report.sqlstate = found[2];
  report.message = std::regex_replace(std::regex_replace(report.message, verbose, "$1"), place, "");
  return report;
}

base::Error connect_error(const Target& target, const std::string& libpq_message) {
  const std::string message = trimmed(libpq_message);
  return base::environment_error(fmt::format("cannot connect to {}: {}", target.display(), message),
                                 connect_hint(message));
}

}  // namespace pgrehearse::postgres
