// A traffic script, ready to run: pgbench's script language, and commands that draw from tables (docs/scripts.md).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "generators/generator.hpp"
#include "harness/base/result.hpp"
#include "harness/load/expression.hpp"
#include "harness/load/key_source.hpp"
#include "harness/load/script_rules.hpp"
#include "harness/load/sql_statement.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

// The names of variables, by slot. One table for all scripts that run together.
class SymbolTable {
 public:
  std::size_t define(std::string_view name);
  std::optional<std::size_t> find(std::string_view name) const;
  std::size_t size() const { return slots_.size(); }

 private:
  std::map<std::string, std::size_t, std::less<>> slots_;
};

// Whether a variable may have this name.
bool is_variable_name(std::string_view name);

// A command with its line in the script's file, and its number among the script's commands as pgbench counts them.
struct Origin {
  int line = 0, command = 0;
  const char* name = "";  // "set"
};

struct SetStep {
  std::size_t slot;
  Expression value;
  Origin origin;
};

// \if and \elif: goes on with the next step when the condition holds, else with `otherwise`.
struct BranchStep {
  Expression condition;
  std::size_t otherwise;
  Origin origin;
};

// From the end of a branch to what follows \endif.
struct JumpStep {
  std::size_t to;
};

// Sets variables to the key of one row of a table.
struct KeyStep {
  std::shared_ptr<const KeySource> keys;
  std::optional<double> zipfian;   // the exponent; none: uniform
  std::vector<std::size_t> slots;  // one for each column of the key
};

// Sets variables to columns of one row of a generated table.
struct RowStep {
  std::size_t table;                                          // position in the generator's shape
  bool fresh;                                                 // a row beyond those in the table; else one of them
  std::optional<double> zipfian;                              // the exponent; none: uniform
  std::vector<std::pair<std::size_t, std::size_t>> bindings;  // (slot, column)
};

struct SleepStep {
  std::variant<std::int64_t, std::size_t> time;  // a number, or the slot of one
  base::Duration unit;
  std::string variable;  // the slot's name, for messages
  Origin origin;
};

struct ShellWord {
  std::string text;
  std::optional<std::size_t> slot;  // of a variable, which the text is the name of
};
struct ShellStep {
  std::optional<std::size_t> result;  // the slot that gets the number that the command writes; none: it is not read
  std::vector<ShellWord> words;
  Origin origin;
};

enum class PipelineAct { start, sync, end };
struct PipelineStep {
  PipelineAct act;
  Origin origin;
};

// A part of a statement as it is pasted together for the simple protocol.
struct PastedPart {
  std::string text;
  std::optional<std::size_t> slot;  // of the variable behind the text
  std::string variable;             // ":name", which stays where it is not set
};

struct SqlStep {
  enum class Capture { none, gset, aset };

  std::string sql;                      // with $1, $2, ...
  std::vector<std::size_t> parameters;  // slots
  std::vector<PastedPart> pasted;       // the same for the simple protocol
  Capture capture = Capture::none;
  std::string prefix;  // of the variables that \gset and \aset set
  Origin origin;
};

using Step = std::variant<SetStep, BranchStep, JumpStep, KeyStep, RowStep, SleepStep, ShellStep, PipelineStep, SqlStep>;

// Immutable.
struct Script {
  std::string name;
  std::string source;  // the file, for messages
  int number = 0;      // among the scripts that were parsed together
  double weight = 1;
  std::optional<double> rate_per_s;
  scenario::Timetable timetable;       // of its own; empty: none
  scenario::SessionTimeouts timeouts;  // each that is set holds instead of the traffic's
  std::vector<Step> steps;
  std::shared_ptr<const SymbolTable> symbols;  // of all scripts that were parsed together
};

struct ParseOptions {
  // What \key, \pick and \row draw from; without it they are mistakes, but for \key, which draws from `keys` then.
  const generators::Generator* tables = nullptr;
  KeyCatalog* keys = nullptr;  // only while parsing
  // Set from the start: scale, client_id, random_seed, default_seed, and these.
  std::vector<Definition> definitions = {};
  // Whether a variable that no earlier line sets is a mistake, and so is a script without a statement. pgbench accepts
  // both: a variable that is not set is NULL, or stays as it stands in the simple protocol.
  bool strict = true;
};

// All mistakes of the script, each with its place: those of commands in pgbench's words.
base::Result<Script> parse_script(const scenario::Script& source, const ParseOptions& options);
base::Result<Script> parse_script(const scenario::Script& source, const generators::Generator* tables);

// All of them, with the mistakes of all. At least one is needed.
base::Result<std::vector<Script>> parse_scripts(const std::vector<scenario::Script>& sources,
                                                const ParseOptions& options);
base::Result<std::vector<Script>> parse_scripts(const std::vector<scenario::Script>& sources,
                                                const generators::Generator* tables);

// The name that \pick and \row give a column's variable behind their prefix: other characters than letters and digits
// become underscores.
std::string variable_suffix(std::string_view column);

}  // namespace pgrehearse::load
