#include "harness/populate/trial.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "harness/populate/load_error.hpp"

namespace pgrehearse::populate {
namespace {

constexpr std::size_t kMostBytes = 4UL << 20;  // of the statement: fewer rows where they are wide

// Neighbours, whose values are close to each other where they grow with the rows, and others far apart.
std::set<std::uint64_t> tried_rows(std::uint64_t rows) {
  constexpr std::uint64_t each = 100;
  std::set<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < std::min(rows, each); ++i) {
    numbers.insert(i);
    numbers.insert(rows - 1 - i);
    numbers.insert(i * (rows / std::min(rows, each)));
  }
  return numbers;
}

// Under the table's own name, which then stands in the server's messages.
std::string copy_of(const TableFacts& facts, const generators::TableShape& shape) {
  return fmt::format(
      "CREATE TEMP TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING INDEXES)",
      postgres::quote_identifier(shape.name), facts.name);
}

std::string insertion(const generators::Generator& generator, std::size_t table) {
  const generators::TableShape& shape = generator.shape().tables[table];
  std::vector<std::string> columns, rows;
  for (std::size_t column : generator.written_columns(table))
    columns.push_back(postgres::quote_identifier(shape.columns[column].name));
  std::size_t bytes = 0;
  for (std::uint64_t row : tried_rows(generator.rows(table))) {
    if (bytes > kMostBytes) break;
    std::vector<std::string> values;
    for (std::size_t column : generator.written_columns(table)) {
      const auto text = generator.text(table, row, column);
      values.push_back(text ? postgres::quote_literal(*text) : "NULL");
    }
    rows.push_back(fmt::format("({})", fmt::join(values, ", ")));
    bytes += rows.back().size();
  }
  return fmt::format("INSERT INTO pg_temp.{} ({}) VALUES {}", postgres::quote_identifier(shape.name),
                     fmt::join(columns, ", "), fmt::join(rows, ", "));
}

// LIKE gives constraints and indexes other names: those that the table's own have.
postgres::Failure with_own_names(postgres::Session& session, const postgres::Failure& failure, const TableFacts& facts,
                                 const generators::TableShape& shape) {
  postgres::Failure::Report report = failure.report();
  if (report.constraint.empty()) return failure;
  const auto rows = session.query(
      R"(SELECT c.oid, c.relname
         FROM pg_index copied JOIN pg_class i ON i.oid = copied.indexrelid AND i.relname = $1
         JOIN pg_index own ON own.indrelid = $2::oid
           AND substring(pg_get_indexdef(own.indexrelid) from ' USING .*') =
               substring(pg_get_indexdef(copied.indexrelid) from ' USING .*')
         JOIN pg_class c ON c.oid = own.indexrelid
         WHERE copied.indrelid = ('pg_temp.' || quote_ident($3))::regclass)",
      {report.constraint, std::to_string(facts.oid), shape.name});
  if (rows.size() == 0) return failure;
  const std::string quoted = '"' + report.constraint + '"';
  const auto at = report.message.find(quoted);
  if (at != std::string::npos) report.message.replace(at, quoted.size(), '"' + rows.string(0, 1) + '"');
  report.constraint = rows.string(0, 1);
  return {report, failure.sql()};
}

void try_table(postgres::Session& session, const generators::Generator& generator, const Catalog& catalog,
               std::size_t table, base::Errors& errors) {
  const generators::TableShape& shape = generator.shape().tables[table];
  session.query("BEGIN");
  session.query(copy_of(catalog.tables[table], shape));
  session.query("SAVEPOINT pgrehearse_rows");
  if (const auto failure = session.attempt(insertion(generator, table))) {
    session.query("ROLLBACK TO SAVEPOINT pgrehearse_rows");
    errors.push_back(load_error(with_own_names(session, *failure, catalog.tables[table], shape), shape));
  }
  session.query("ROLLBACK");
}

}  // namespace

base::Status try_rows(postgres::Session& session, const generators::Generator& generator, const Catalog& catalog) {
  try {
    base::Errors errors;
    for (std::size_t table = 0; table < catalog.tables.size(); ++table) {
      const bool made = !generator.shape().tables[table].existing && generator.rows(table) > 0;
      if (made && !generator.written_columns(table).empty()) try_table(session, generator, catalog, table, errors);
    }
    if (!errors.empty()) return errors;
    return base::success();
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "trying the rows of the tables");
  }
}

}  // namespace pgrehearse::populate
