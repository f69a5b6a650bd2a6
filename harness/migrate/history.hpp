// The migrations of a project in the order in which its tool applies them, and which of them to rehearse.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::migrate {

using scenario::TransactionScope;

enum class Direction { up, down };

struct SqlFile {
  std::string name;  // relative to the migration folder: what the record and the reports show
  std::string path;
  std::string text;
};

struct Migration {
  std::string version;  // as the tool writes it into its tracking table
  std::string name;     // of the folder or file, for people: "2024-02-12-120203_remove_unused_index"
  SqlFile up;           // empty text where the tool allows a version without one
  std::optional<SqlFile> down;
  TransactionScope scope = TransactionScope::statement;  // never automatic
};

struct History {
  std::string format;  // diesel | golang-migrate | plain | files
  std::vector<Migration> migrations;
  std::vector<std::string> ignored;  // SQL files in the folder that the format does not take for migrations
};

// The whole folder. `format` as in scenario::Migration::format; "auto" looks at the files. All mistakes at once.
base::Result<History> read_history(const std::string& folder, const std::string& format);

// What to do with a history: apply `before` plainly, then rehearse `range` (never empty): up in order, down in reverse.
struct Rehearsal {
  std::string format;
  std::vector<Migration> before, range;
  std::vector<std::string> ignored;
};

// Reads the folder, or the two files, and chooses by `only` and `last`. Migrations newer than `only` are not applied.
base::Result<Rehearsal> plan_rehearsal(const scenario::Migration& wanted);

// The names of those in `range` that have no down; the range can be taken back only when there are none.
std::vector<std::string> without_down(const std::vector<Migration>& range);

}  // namespace pgrehearse::migrate
