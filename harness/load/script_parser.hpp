// Reads one script. Private to this module.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/script.hpp"
#include "harness/load/script_words.hpp"

namespace pgrehearse::load {

// Finds all mistakes: after each it goes on with the next command.
class ScriptParser {
 public:
  // All must outlive the parser.
  ScriptParser(const scenario::Script& source, const ParseOptions& options, SymbolTable& symbols);

  base::Result<Script> parse();

 private:
  using Words = std::vector<Word>;
  // A backslash command: where it begins, and its words behind its name.
  struct Command {
    std::size_t begin;
    std::string name;
    Words words;
  };
  // An \if that is open.
  struct Conditional {
    std::size_t begin;
    std::optional<std::size_t> branch;  // the step that skips the block under way; none: in \else
    std::vector<std::size_t> jumps;     // steps that end blocks
  };

  std::size_t statement(std::size_t begin);
  std::size_t command(std::size_t begin);
  bool dispatch(const Command& command);
  std::size_t set(const Command& command, std::size_t end);
  std::size_t condition(const Command& command, std::size_t end);
  std::optional<Expression> expression(const Command& command, std::size_t& end);
  void otherwise(const Command& command);
  void end_condition(const Command& command);
  void close_block();

  // script_commands.cpp
  void sleep(const Command& command);
  void shell(const Command& command);
  void capture(const Command& command);
  void pipeline(const Command& command);
  void key(const Command& command);
  void row(const Command& command);
  bool zipfian(const Command& command, std::size_t at, std::optional<double>& exponent);
  base::Result<std::shared_ptr<const KeySource>> find_keys(std::string_view table);
  bool is_variable(const Word& word);

  void error(std::size_t offset, std::string message, std::string hint = {});
  void take(base::Errors errors, std::size_t offset);
  // In pgbench's words: "MESSAGE in command "NAME"", at the command's beginning unless said otherwise.
  void refuse(const Command& command, std::string_view message, std::optional<std::size_t> offset = {},
              std::string hint = {});
  base::Place place(std::size_t offset) const;
  Origin origin(std::size_t begin, const char* name);

  std::size_t define(std::string_view name);
  std::size_t use(std::string_view name, std::size_t offset);
  bool may_be_set(std::string_view name) const;

  const scenario::Script& source_;
  std::string_view text_;
  const ParseOptions& options_;
  SymbolTable& symbols_;
  std::set<std::string, std::less<>> set_;  // names that a line before sets
  std::vector<std::string> prefixes_;       // of names that \gset and \aset may have set
  std::vector<Conditional> conditionals_;
  base::Errors errors_;
  int commands_ = 0;
  bool has_statement_ = false;
  Script script_;
};

}  // namespace pgrehearse::load
