#include "harness/populate/expressions.hpp"

#include <fmt/format.h>

namespace pgrehearse::populate {
namespace {

std::string values_sql(const generators::Column& column) {
  return fmt::format("SELECT (({})::{})::text FROM generate_series(1, {}) AS n", column.override_->expression,
                     column.type.name, kExpressionValues);
}

// In a transaction that may change nothing. Throws postgres::Failure.
void read_values(postgres::Session& session, generators::Column& column) {
  generators::Override& override_ = *column.override_;
  session.query("BEGIN READ ONLY");
  const auto rows = session.query(values_sql(column));
  session.query("COMMIT");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (!rows.null(row, 0)) override_.values.push_back(rows.string(row, 0));
  const auto nulls = static_cast<double>(rows.size() - override_.values.size());
  if (!override_.null_fraction) override_.null_fraction = nulls / static_cast<double>(rows.size());
}

base::Status evaluate(postgres::Session& session, const std::string& table, generators::Column& column) {
  const std::string where = fmt::format("column {} of table {}", column.name, table);
  try {
    read_values(session, column);
  } catch (const postgres::Failure& failure) {
    if (failure.connection_lost()) throw;
    session.query("ROLLBACK");
    return base::usage_error(fmt::format("{}: the server refuses the expression: {}", where, failure.summary()),
                             fmt::format("write SQL over n, whose result can be cast to {}", column.type.name),
                             column.override_->place);
  }
  if (!column.override_->values.empty()) return base::success();
  return base::usage_error(fmt::format("{}: the expression is always NULL", where), "say `nulls: 100%` instead",
                           column.override_->place);
}

}  // namespace

base::Status evaluate_expressions(postgres::Session& session, Catalog& catalog) {
  base::Errors errors;
  for (generators::TableShape& table : catalog.shape.tables)
    for (generators::Column& column : table.columns) {
      if (!column.override_ || column.override_->expression.empty() || column.generated) continue;
      if (const auto status = evaluate(session, table.qualified(), column); !status)
        errors.insert(errors.end(), status.errors().begin(), status.errors().end());
    }
  if (!errors.empty()) return errors;
  return base::success();
}

}  // namespace pgrehearse::populate
