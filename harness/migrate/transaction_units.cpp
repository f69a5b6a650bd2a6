#include "harness/migrate/transaction_units.hpp"

#include "harness/base/check.hpp"

namespace pgrehearse::migrate {
namespace {

using sql::StatementKind;

class UnitBuilder {
 public:
  void add_file(const SqlFile& file, TransactionScope scope) {
    std::vector<sql::Statement> statements = sql::split(file.text);
    const bool block = scope == TransactionScope::batch || scope == TransactionScope::file ||
                       (scope == TransactionScope::simple_query && statements.size() > 1);
    if (scope != TransactionScope::batch) close(Unit::End::commit);
    for (sql::Statement& statement : statements) add({std::move(statement), &file}, block);
    // What a statement-by-statement file leaves open is lost with the session of psql.
    if (scope != TransactionScope::batch) close(block ? Unit::End::commit : Unit::End::rollback);
  }

  std::vector<Unit> finish() {
    close(Unit::End::commit);
    return std::move(units_);
  }

 private:
  void add(UnitStatement statement, bool block) {
    const StatementKind kind = statement.sql.kind;
    if (!open_) units_.push_back({Unit::Wrap::transaction, kind != StatementKind::begin, Unit::End::commit, {}});
    const bool joins = open_ || block || kind == StatementKind::begin;
    Unit& unit = units_.back();
    unit.statements.push_back(std::move(statement));
    open_ = joins;
    if (!joins && kind != StatementKind::plain) {
      unit.wrap = Unit::Wrap::none;
      unit.send_begin = false;
      unit.end = Unit::End::own;
    }
    if (joins && (kind == StatementKind::commit || kind == StatementKind::rollback)) close(Unit::End::own);
  }

  void close(Unit::End end) {
    if (open_) units_.back().end = end;
    open_ = false;
  }

  std::vector<Unit> units_;
  bool open_ = false;  // the last unit takes further statements
};

}  // namespace

std::vector<Unit> transaction_units(const std::vector<Migration>& range, Direction direction) {
  UnitBuilder builder;
  if (direction == Direction::up) {
    for (const Migration& migration : range) builder.add_file(migration.up, migration.scope);
  } else {
    for (auto migration = range.rbegin(); migration != range.rend(); ++migration) {
      PGR_CHECK(migration->down.has_value());
      builder.add_file(*migration->down, migration->scope);
    }
  }
  return builder.finish();
}

}  // namespace pgrehearse::migrate
