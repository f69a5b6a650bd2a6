// SQL text as the statements that the server will see, each with its place in the text.
//
// A text that PostgreSQL's own grammar (libpg_query) accepts is split by it. Servers newer than that grammar accept
// more than it does, and a broken file must still be run up to its broken statement; such a text is split by the rules
// of psql instead. So every text can be split, and the server has the last word on it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::sql {

// What a statement means for the transaction around it.
enum class StatementKind {
  plain,                // runs in a transaction
  outside_transaction,  // refuses to run in one: CREATE INDEX CONCURRENTLY, VACUUM, ALTER SYSTEM, ...
  may_commit,           // DO and CALL: their body may end the transaction, but only where none was opened around it
  begin,                // BEGIN, START TRANSACTION
  commit,               // COMMIT, END, PREPARE TRANSACTION
  rollback,             // ROLLBACK, ABORT (not to a savepoint)
  savepoint,            // SAVEPOINT, RELEASE, ROLLBACK TO
  setting,              // SET, RESET: some must come before the transaction's first query
  unknown,              // this grammar cannot parse it
};

struct Statement {
  std::string text;        // from its first token, without the semicolon and the space before it
  std::size_t offset = 0;  // of the first token, in bytes
  int line = 1;            // of the first token, from 1
  StatementKind kind = StatementKind::plain;
};

// In order; empty statements and comments alone are left out. Thread-safe. `text` holds no NUL byte.
std::vector<Statement> split(std::string_view text);

// The kind of one statement, as above.
StatementKind classify(const std::string& statement);

// The line, from 1, of a byte offset or of a server's error position (1-based, in characters of UTF-8 text).
int line_of_byte(std::string_view text, std::size_t offset);
int line_of_position(std::string_view text, int position);

}  // namespace pgrehearse::sql
