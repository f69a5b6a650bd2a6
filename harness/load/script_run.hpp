// One execution of a script up to its next SQL statement: the part that needs no server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/script.hpp"

namespace pgrehearse::load {

// Hands out row numbers beyond those in a table, each once. Not thread-safe.
class FreshRows {
 public:
  explicit FreshRows(const generators::Generator* tables) : tables_(tables) {}
  // Throws ScriptFailure once the table's keys allow no further rows.
  std::uint64_t next(std::size_t table);

 private:
  const generators::Generator* tables_;
  std::unordered_map<std::size_t, std::uint64_t> given_;
};

// What the scripts of one pass share. `tables` may be null when no script draws rows; it must outlive the pass.
struct ScriptWorld {
  explicit ScriptWorld(const generators::Generator* generator) : tables(generator), fresh_rows(generator) {}
  const generators::Generator* tables;
  FreshRows fresh_rows;
};

// Reused from one execution to the next, to spare the memory. Not thread-safe.
class ScriptRun {
 public:
  // Starts over with `script`, which must outlive the run. The same seed draws the same values (new rows aside).
  void start(const Script& script, base::Seed seed);
  // Goes on to the next SQL statement: its position in Script::steps, or none at the end. Throws ScriptFailure.
  std::optional<std::size_t> next(ScriptWorld& world);
  // The statement's parameters in text form, null for NULL. Valid until the next call of any member.
  const std::vector<const char*>& parameters(std::size_t step);

 private:
  void draw_row(const RowStep& step, ScriptWorld& world);

  const Script* script_ = nullptr;
  base::RandomStream random_{base::Seed{}};
  std::size_t position_ = 0;
  std::vector<Value> variables_;
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

}  // namespace pgrehearse::load
