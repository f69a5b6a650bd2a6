#include "harness/load/script_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "harness/base/check.hpp"
#include "harness/load/distribution.hpp"
#include "harness/load/functions.hpp"
#include "harness/load/shell_command.hpp"

namespace pgrehearse::load {
namespace {

[[noreturn]] void fail_at(const Script& script, const Origin& origin, ScriptFailure failure) {
  failure.message =
      fmt::format("{}:{}: {} in command \"{}\"", script.source, origin.line, failure.message, origin.name);
  throw failure;
}

// Clients that come later than those that the seeds are for (a pool's overflow) take their number.
std::uint64_t seed_of(const ScriptWorld& world, std::size_t client) {
  const std::uint64_t number = world.number_of(client);
  return number < world.client_seeds.size() ? world.client_seeds[number] : number;
}

// Runs one step; a failure gets its place.
template <class Work>
auto placed(const Script& script, const Origin& origin, Work work) {
  try {
    return work();
  } catch (ScriptFailure& failure) {
    fail_at(script, origin, std::move(failure));
  }
}

// Once, and not in each operation that uses them. Text that is no value is for the script that needs one to complain
// of.
void read_definitions(const std::vector<Definition>& definitions, const SymbolTable& symbols,
                      std::vector<Variable>& variables) {
  for (const auto& [name, text] : definitions) {
    try {
      if (const auto slot = symbols.find(name)) variables[*slot].value(name);
    } catch (const ScriptFailure&) {
    }
  }
}

}  // namespace

std::uint64_t FreshRows::next(std::size_t table) {
  const std::uint64_t row = tables_->rows(table) + given_[table]++;
  if (row >= tables_->capacity(table)) {
    throw ScriptFailure{"54000", fmt::format("the keys of {} allow no more than {} rows",
                                             tables_->shape().tables[table].qualified(), tables_->capacity(table))};
  }
  return row;
}

// pgbench draws each client's seed from one sequence, then :default_seed where no definition sets it.
ScriptWorld::ScriptWorld(const std::vector<Script>& scripts, const generators::Generator* generator,
                         ScriptRules script_rules, std::size_t clients)
    : scripts(scripts), tables(generator), rules(std::move(script_rules)), fresh_rows(generator) {
  const SymbolTable& symbols = *scripts.front().symbols;
  variables.resize(symbols.size());
  Prng seeds(rules.random_seed);
  if (rules.chance == Chance::client) {
    for (std::size_t i = 0; i < std::max(clients, rules.all_clients); ++i) client_seeds.push_back(seeds.bits());
  }
  const auto set = [&](std::string_view name, std::int64_t value) {
    if (const auto slot = symbols.find(name)) variables[*slot].set(value);
  };
  set("scale", 1);
  set("random_seed", static_cast<std::int64_t>(rules.random_seed));
  set("default_seed", static_cast<std::int64_t>(seeds.bits()));
  for (const auto& [name, text] : rules.definitions) {
    if (const auto slot = symbols.find(name)) variables[*slot].set_text(text);
  }
  read_definitions(rules.definitions, symbols, variables);
}

ScriptRun::ScriptRun(ScriptWorld& world, std::size_t client)
    : world_(world), random_(seed_of(world, client)), random_at_start_(random_), initial_(world.variables) {
  const auto slot = world.scripts.front().symbols->find("client_id");
  if (slot && !initial_[*slot].is_set()) initial_[*slot].set(static_cast<std::int64_t>(world.number_of(client)));
  variables_ = initial_;
}

void ScriptRun::start(std::size_t script, base::Seed seed) {
  script_ = &world_.scripts[script];
  position_ = 0;
  if (world_.rules.chance == Chance::operation) {
    random_ = Prng(seed.value);
    variables_ = initial_;
  }
  random_at_start_ = random_;
}

void ScriptRun::restart() {
  position_ = 0;
  random_ = random_at_start_;
  if (world_.rules.chance == Chance::operation) variables_ = initial_;
}

ScriptRun::Next ScriptRun::next() {
  using What = Next::What;
  while (position_ < script_->steps.size()) {
    const std::size_t at = position_++;
    const Step& step = script_->steps[at];
    if (std::holds_alternative<SqlStep>(step)) return {What::statement, at, {}};
    if (const auto* set = std::get_if<SetStep>(&step)) {
      run(*set);
      continue;
    }
    if (std::holds_alternative<PipelineStep>(step)) return {What::pipeline, at, {}};
    if (const auto* sleep = std::get_if<SleepStep>(&step)) return {What::sleep, at, length(*sleep)};
    if (const auto* branch = std::get_if<BranchStep>(&step)) run(*branch);
    if (const auto* jump = std::get_if<JumpStep>(&step)) position_ = jump->to;
    if (const auto* key = std::get_if<KeyStep>(&step)) run(*key);
    if (const auto* row = std::get_if<RowStep>(&step)) run(*row);
    if (const auto* shell = std::get_if<ShellStep>(&step)) run(*shell);
  }
  return {};
}

void ScriptRun::run(const SetStep& step) {
  placed(*script_, step.origin, [&] {
    Evaluation evaluation{variables_, random_, script_->number, step.origin.command};
    variables_[step.slot].set(step.value.evaluate(evaluation));
  });
}

void ScriptRun::run(const BranchStep& step) {
  placed(*script_, step.origin, [&] {
    Evaluation evaluation{variables_, random_, script_->number, step.origin.command};
    if (!is_true(step.condition.evaluate(evaluation))) position_ = step.otherwise;
  });
}

std::uint64_t ScriptRun::draw(std::uint64_t count, const std::optional<double>& zipfian) {
  return zipfian ? draw_rank(random_, count, *zipfian) : random_.up_to(count - 1);
}

void ScriptRun::run(const KeyStep& step) {
  const std::uint64_t n = draw(step.keys->size(), step.zipfian);
  for (std::size_t i = 0; i < step.slots.size(); ++i) {
    const auto value = step.keys->value(n, i);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      variables_[step.slots[i]].set(*whole);
    } else {
      variables_[step.slots[i]].set_text(std::get<std::string>(value));
    }
  }
}

void ScriptRun::run(const RowStep& step) {
  const generators::Generator& tables = *world_.tables;
  const std::uint64_t row =
      step.fresh ? world_.fresh_rows.next(step.table) : draw(tables.rows(step.table), step.zipfian);
  for (const auto& [slot, column] : step.bindings) {
    if (const auto text = tables.text(step.table, row, column)) {
      variables_[slot].set_text(*text);
    } else {
      variables_[slot].set(Value());
    }
  }
}

base::Duration ScriptRun::length(const SleepStep& step) {
  if (const auto* number = std::get_if<std::int64_t>(&step.time)) return *number * step.unit;
  return placed(*script_, step.origin, [&] {
    std::array<char, longest_value_text> buffer;
    Variable& variable = variables_[std::get<std::size_t>(step.time)];
    if (!variable.is_set()) throw ScriptFailure{"42P02", fmt::format("undefined variable \"{}\"", step.variable)};
    const char* text = text_of(std::get<std::size_t>(step.time), buffer);
    const int number = text ? std::atoi(text) : 0;
    if (!text || (number == 0 && !std::isdigit(static_cast<unsigned char>(*text)))) {
      throw ScriptFailure{
          "22P02", fmt::format("invalid sleep time \"{}\" for variable \"{}\"", text ? text : "NULL", step.variable)};
    }
    return number * step.unit;
  });
}

void ScriptRun::run(const ShellStep& step) {
  placed(*script_, step.origin, [&] {
    std::string command;
    for (const ShellWord& word : step.words) {
      std::array<char, longest_value_text> buffer;
      if (!command.empty()) command += ' ';
      if (!word.slot) {
        command += word.text;
        continue;
      }
      if (!variables_[*word.slot].is_set())
        throw ScriptFailure{"42P02", fmt::format("undefined variable \"{}\"", word.text)};
      const char* value = text_of(*word.slot, buffer);
      command += value ? value : "NULL";
    }
    if (step.result) {
      variables_[*step.result].set(shell_number(command));
    } else {
      run_shell(command);
    }
  });
}

// The text of a variable, in `buffer` where it is a value; null: NULL, or not set.
const char* ScriptRun::text_of(std::size_t slot, std::array<char, longest_value_text>& buffer) {
  Variable& variable = variables_[slot];
  if (const std::string* text = variable.text()) return text->c_str();
  if (!variable.is_set()) return nullptr;
  const Value& value = variable.value({});
  if (std::holds_alternative<std::monostate>(value)) return nullptr;
  write_text(value, buffer);
  return buffer.data();
}

const std::vector<const char*>& ScriptRun::parameters(std::size_t step) {
  const auto& slots = std::get<SqlStep>(script_->steps[step]).parameters;
  if (texts_.size() < slots.size()) texts_.resize(slots.size());
  pointers_.resize(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) pointers_[i] = text_of(slots[i], texts_[i]);
  return pointers_;
}

const std::string& ScriptRun::pasted(std::size_t step) {
  std::array<char, longest_value_text> buffer;
  pasted_.clear();
  for (const PastedPart& part : std::get<SqlStep>(script_->steps[step]).pasted) {
    pasted_ += part.text;
    if (!part.slot) continue;
    if (const char* text = text_of(*part.slot, buffer)) {
      pasted_ += text;
    } else {
      pasted_ += variables_[*part.slot].is_set() ? "NULL" : part.variable;
    }
  }
  return pasted_;
}

// \gset takes the last result, which must have one row; \aset the last row of each.
void ScriptRun::capture(std::size_t step, const std::vector<postgres::LastRow>& results) {
  const auto& statement = std::get<SqlStep>(script_->steps[step]);
  const auto fail = [&](const char* sqlstate, std::string message) {
    fail_at(*script_, statement.origin, {sqlstate, std::move(message)});
  };
  const bool last_only = statement.capture == SqlStep::Capture::gset;
  for (std::size_t i = last_only && !results.empty() ? results.size() - 1 : 0; i < results.size(); ++i) {
    if (last_only && results[i].rows != 1) fail("21000", fmt::format("expected one row, got {}", results[i].rows));
    for (const auto& [column, text] : results[i].columns) {
      const std::string name = statement.prefix + column;
      if (!is_variable_name(name)) fail("42602", fmt::format("error storing into variable {}", name));
      if (const auto slot = script_->symbols->find(name)) variables_[*slot].set_text(text);
    }
  }
  if (last_only && results.empty()) fail("21000", "expected one row, got 0");
}

}  // namespace pgrehearse::load
