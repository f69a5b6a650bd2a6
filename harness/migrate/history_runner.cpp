#include "harness/migrate/history_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/migrate/interrupter.hpp"
#include "harness/migrate/runner.hpp"
#include "harness/migrate/tracking_table.hpp"
#include "harness/sql/split.hpp"

namespace pgrehearse::migrate {
namespace {

using postgres::Failure;
using sql::StatementKind;

bool controls_transactions(const sql::Statement& statement) {
  return statement.kind == StatementKind::begin || statement.kind == StatementKind::commit ||
         statement.kind == StatementKind::rollback;
}

base::Error failed(const Migration& migration, int line, const Failure& failure) {
  const auto& report = failure.report();
  std::string hint = report.hint;
  if (hint.empty()) {
    hint =
        "what is run before the rehearsal must apply to an empty database, in order; what stood there earlier can be "
        "given as a schema file";
  }
  return base::usage_error(fmt::format("this file, which comes before the rehearsed migration, failed: {}: {}",
                                       report.sqlstate, report.message),
                           std::move(hint), {migration.up.path, line});
}

class HistoryRun {
 public:
  HistoryRun(postgres::Session& session, const std::string& format) : session_(session), format_(format) {
    const std::string create = create_tracking_table(format);
    if (create.empty()) return;
    session_.query(create);
    schema_ = session_.query("SELECT pg_catalog.current_schema()").string(0, 0);
  }

  base::Status apply(const Migration& migration) {
    const auto error =
        migration.scope == TransactionScope::statement ? apply_by_statement(migration) : apply_whole(migration);
    if (error) return *error;
    session_.query("DISCARD ALL");
    return base::success();
  }

 private:
  std::optional<base::Error> apply_by_statement(const Migration& migration) {
    for (const sql::Statement& statement : sql::split(migration.up.text)) {
      if (const auto failure = session_.attempt(statement.text)) {
        return failed(migration, line_in(statement, *failure), *failure);
      }
    }
    session_.attempt("ROLLBACK");  // of what the file opened and did not end
    note(migration);
    return std::nullopt;
  }

  // The text as one simple query, in a transaction of ours unless the tool has none.
  std::optional<base::Error> apply_whole(const Migration& migration) {
    const bool own_transaction = migration.scope != TransactionScope::simple_query;
    if (own_transaction) session_.query("BEGIN");
    if (const auto failure = session_.attempt(migration.up.text)) {
      session_.attempt("ROLLBACK");
      return failed(migration, line_of(migration, *failure), *failure);
    }
    note(migration);
    if (!own_transaction) return std::nullopt;
    if (const auto failure = session_.attempt("COMMIT")) return failed(migration, 0, *failure);
    return std::nullopt;
  }

  void note(const Migration& migration) {
    const std::string sql = note_applied(format_, schema_, migration);
    if (!sql.empty()) session_.query(sql);
  }

  static int line_in(const sql::Statement& statement, const Failure& failure) {
    const int position = failure.report().position;
    return statement.line + (position > 0 ? sql::line_of_position(statement.text, position) - 1 : 0);
  }

  // From the position that the server names; where it names none, by running the statements one by one, which stops at
  // the same one because everything was rolled back. 0 where that cannot be told.
  int line_of(const Migration& migration, const Failure& failure) {
    if (failure.report().position > 0) return sql::line_of_position(migration.up.text, failure.report().position);
    const auto statements = sql::split(migration.up.text);
    if (failure.connection_lost() || std::ranges::any_of(statements, controls_transactions)) return 0;
    int line = 0;
    session_.query("BEGIN");
    for (const sql::Statement& statement : statements) {
      if (session_.attempt(statement.text)) {
        line = statement.line;
        break;
      }
    }
    session_.attempt("ROLLBACK");
    return line;
  }

  postgres::Session& session_;
  const std::string& format_;
  std::string schema_;
};

}  // namespace

base::Status apply_history(const std::vector<Migration>& before, const std::string& format,
                           const postgres::Target& target, base::Progress& progress,
                           const base::Cancellation& cancellation) {
  postgres::Target as_migration = target;
  as_migration.application = application_name;
  auto session = postgres::Session::open(as_migration);
  if (!session) return std::move(session).errors();
  const Interrupter interrupter(**session, cancellation);
  try {
    HistoryRun run(**session, format);
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (cancellation.cancelled()) return base::interrupted_error();
      const base::Status applied = run.apply(before[i]);
      if (!applied) return cancellation.cancelled() ? base::Status(base::interrupted_error()) : applied;
      progress.update(static_cast<double>(i + 1), static_cast<double>(before.size()), "migrations");
    }
  } catch (const Failure& failure) {
    if (cancellation.cancelled()) return base::interrupted_error();
    return postgres::to_error(failure, "applying the earlier migrations");
  }
  return base::success();
}

}  // namespace pgrehearse::migrate
