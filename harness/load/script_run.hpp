// One execution of a script between the server's answers: the part that needs no server.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/script.hpp"
#include "harness/load/script_rules.hpp"
#include "harness/postgres/async_connection.hpp"

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

// What the clients of one pass share.
struct ScriptWorld {
  // The scripts were parsed together; they and `generator` must outlive the pass. The generator may be null when no
  // script draws rows. `clients`: how many there are at first; with Chance::client a run of pgbench with as many
  // clients and the same seed draws the same numbers.
  ScriptWorld(const std::vector<Script>& scripts, const generators::Generator* generator, ScriptRules script_rules,
              std::size_t clients);

  // Among the clients of all machines.
  std::uint64_t number_of(std::size_t client) const { return client * rules.slice.of + rules.slice.number - 1; }

  const std::vector<Script>& scripts;
  const generators::Generator* tables;
  ScriptRules rules;
  FreshRows fresh_rows;
  std::vector<Variable> variables;          // as every client has them at its start, but for :client_id
  std::vector<std::uint64_t> client_seeds;  // with Chance::client, of the clients of all machines
};

// Reused from one execution to the next, to spare the memory. Not thread-safe.
class ScriptRun {
 public:
  // Clients count from 0. The world must outlive the run.
  ScriptRun(ScriptWorld& world, std::size_t client);

  // Starts over with a script. With Chance::operation the same seed draws the same values (new rows aside); else random
  // numbers and variables go on from where the last execution left them.
  void start(std::size_t script, base::Seed seed);
  // Starts over for another try: with the same random numbers; variables as pgbench has them, which does not reset
  // them.
  void restart();

  struct Next {
    enum class What { statement, pipeline, sleep, end };
    What what = What::end;
    std::size_t step = 0;    // of a statement or pipeline: its position in Script::steps
    base::Duration sleep{};  // how long
  };
  // Runs commands up to the next that needs the server, or time. Throws ScriptFailure, whose message says where.
  Next next();

  // The statement's parameters in text form, null for NULL. Valid until the next call of any member.
  const std::vector<const char*>& parameters(std::size_t step);
  // The statement for the simple protocol. Valid until the next call of any member.
  const std::string& pasted(std::size_t step);
  // Sets the variables of the statement's \gset or \aset. Throws ScriptFailure.
  void capture(std::size_t step, const std::vector<postgres::LastRow>& results);

  const Script& script() const { return *script_; }

 private:
  void run(const SetStep& step);
  void run(const BranchStep& step);
  void run(const KeyStep& step);
  void run(const RowStep& step);
  void run(const ShellStep& step);
  base::Duration length(const SleepStep& step);
  std::uint64_t draw(std::uint64_t count, const std::optional<double>& zipfian);
  const char* text_of(std::size_t slot, std::array<char, longest_value_text>& buffer);

  ScriptWorld& world_;
  const Script* script_ = nullptr;
  Prng random_, random_at_start_;
  std::size_t position_ = 0;
  std::vector<Variable> initial_, variables_;
  std::vector<std::array<char, longest_value_text>> texts_;
  std::vector<const char*> pointers_;
  std::string pasted_;
};

}  // namespace pgrehearse::load
