#include "harness/populate/load_error.hpp"

#include <fmt/format.h>

namespace pgrehearse::populate {
namespace {

bool is_of_class(const std::string& sqlstate, std::string_view wanted) { return sqlstate.starts_with(wanted); }

// Values of ours that the server does not take: class 22 data exception, class 23 integrity constraint violation.
bool is_about_values(const std::string& sqlstate) { return is_of_class(sqlstate, "22") || is_of_class(sqlstate, "23"); }

std::string way_out(const std::string& sqlstate, const generators::TableShape& table) {
  const std::string columns = fmt::format("data.tables.{}.columns", table.name);
  if (sqlstate == "23505" || sqlstate == "23P01")
    return fmt::format(
        "ask for fewer rows of {}, or give the columns of this key values that differ, under {} in the scenario",
        table.name, columns);
  return fmt::format("say what the column holds, under {} in the scenario", columns);
}

}  // namespace

base::Error load_error(const postgres::Failure& failure, const generators::TableShape& table) {
  const auto& report = failure.report();
  std::string message = fmt::format("cannot fill table {}: {}", table.qualified(), failure.summary());
  if (!report.context.empty()) message += fmt::format(" ({})", report.context.substr(0, 300));
  if (is_about_values(failure.sqlstate())) return base::usage_error(message, way_out(failure.sqlstate(), table));
  if (is_of_class(failure.sqlstate(), "53"))
    return base::environment_error(message, "free some disk space or memory, or ask for fewer rows");
  return base::environment_error(message);
}

}  // namespace pgrehearse::populate
