#include "harness/migrate/transaction_units.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::migrate {
namespace {

// One line for each unit: "[BEGIN] statement | statement [COMMIT]", where brackets mark what is sent around the file's
// own statements; a statement outside any transaction stands alone.
std::string shape(const std::vector<Migration>& range, Direction direction = Direction::up) {
  std::string lines;
  for (const Unit& unit : transaction_units(range, direction)) {
    std::string line = unit.send_begin ? "[BEGIN] " : "";
    for (std::size_t i = 0; i < unit.statements.size(); ++i) {
      line += (i > 0 ? " | " : "") + unit.statements[i].sql.text;
    }
    if (unit.end == Unit::End::commit) line += " [COMMIT]";
    if (unit.end == Unit::End::rollback) line += " [ROLLBACK]";
    EXPECT_EQ(unit.wrap == Unit::Wrap::none, !unit.send_begin && unit.end == Unit::End::own &&
                                                 unit.statements.front().sql.kind != sql::StatementKind::begin &&
                                                 unit.statements.size() == 1)
        << line;
    lines += line + "\n";
  }
  return lines;
}

Migration migration(TransactionScope scope, std::string up, std::string down = "") {
  return {"1", "1_a", {"up.sql", "up.sql", std::move(up)}, SqlFile{"down.sql", "down.sql", std::move(down)}, scope};
}

std::string shape_of(TransactionScope scope, const char* up) { return shape({migration(scope, up)}); }

TEST(TransactionUnitsTest, OneTransactionForAFile) {
  EXPECT_EQ(shape_of(TransactionScope::file, "SELECT 1; SELECT 2"), "[BEGIN] SELECT 1 | SELECT 2 [COMMIT]\n");
  EXPECT_EQ(shape_of(TransactionScope::file, "VACUUM"), "[BEGIN] VACUUM [COMMIT]\n");  // fails there, as it would
  EXPECT_EQ(shape_of(TransactionScope::file, "-- nothing"), "");
}

TEST(TransactionUnitsTest, OneTransactionForARange) {
  const std::vector<Migration> range{migration(TransactionScope::batch, "SELECT 1", "SELECT -1"),
                                     migration(TransactionScope::batch, "SELECT 2", "SELECT -2")};
  EXPECT_EQ(shape(range), "[BEGIN] SELECT 1 | SELECT 2 [COMMIT]\n");
  EXPECT_EQ(shape(range, Direction::down), "[BEGIN] SELECT -2 | SELECT -1 [COMMIT]\n");
}

TEST(TransactionUnitsTest, ASimpleQueryIsATransactionWhenItHasSeveralStatements) {
  const auto scope = TransactionScope::simple_query;
  EXPECT_EQ(shape_of(scope, "SELECT 1; VACUUM"), "[BEGIN] SELECT 1 | VACUUM [COMMIT]\n");
  EXPECT_EQ(shape_of(scope, "VACUUM;"), "VACUUM\n");
  EXPECT_EQ(shape_of(scope, "ALTER TABLE t ADD a int;"), "[BEGIN] ALTER TABLE t ADD a int [COMMIT]\n");
}

TEST(TransactionUnitsTest, EachStatementByItself) {
  EXPECT_EQ(shape_of(TransactionScope::statement, "SELECT 1; VACUUM; SET a.b = 1; DO $$ $$; SELECT 2"),
            "[BEGIN] SELECT 1 [COMMIT]\nVACUUM\nSET a.b = 1\nDO $$ $$\n[BEGIN] SELECT 2 [COMMIT]\n");
}

TEST(TransactionUnitsTest, HonoursTheFilesOwnTransaction) {
  const char* text = "BEGIN; SELECT 1; COMMIT; SELECT 2; SELECT 3";
  EXPECT_EQ(shape_of(TransactionScope::statement, text),
            "BEGIN | SELECT 1 | COMMIT\n[BEGIN] SELECT 2 [COMMIT]\n[BEGIN] SELECT 3 [COMMIT]\n");
  EXPECT_EQ(shape_of(TransactionScope::simple_query, text),
            "BEGIN | SELECT 1 | COMMIT\n[BEGIN] SELECT 2 | SELECT 3 [COMMIT]\n");
  EXPECT_EQ(shape_of(TransactionScope::file, "SELECT 1; COMMIT; SELECT 2"),
            "[BEGIN] SELECT 1 | COMMIT\n[BEGIN] SELECT 2 [COMMIT]\n");
  EXPECT_EQ(shape_of(TransactionScope::statement, "BEGIN; SELECT 1; ROLLBACK TO a"),
            "BEGIN | SELECT 1 | ROLLBACK TO a [ROLLBACK]\n");
  EXPECT_EQ(shape_of(TransactionScope::simple_query, "BEGIN; SELECT 1"), "BEGIN | SELECT 1 [COMMIT]\n");
}

TEST(TransactionUnitsTest, AFileThatOptsOutStaysApartFromTheBatch) {
  EXPECT_EQ(shape({migration(TransactionScope::batch, "SELECT 1"), migration(TransactionScope::simple_query, "VACUUM"),
                   migration(TransactionScope::batch, "SELECT 2")}),
            "[BEGIN] SELECT 1 [COMMIT]\nVACUUM\n[BEGIN] SELECT 2 [COMMIT]\n");
}

}  // namespace
}  // namespace pgrehearse::migrate
