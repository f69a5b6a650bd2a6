#include "harness/load/script.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "harness/load/script_parser.hpp"

namespace pgrehearse::load {
namespace {

void add_uses(const Step& step, std::set<std::size_t>& used) {
  const auto add = [&](const auto& slots) { used.insert(slots.begin(), slots.end()); };
  if (const auto* sql = std::get_if<SqlStep>(&step)) {
    add(sql->parameters);
    for (const PastedPart& part : sql->pasted) {
      if (part.slot) used.insert(*part.slot);
    }
  }
  if (const auto* set = std::get_if<SetStep>(&step)) add(set->value.variables());
  if (const auto* branch = std::get_if<BranchStep>(&step)) add(branch->condition.variables());
  if (const auto* sleep = std::get_if<SleepStep>(&step)) {
    if (const auto* slot = std::get_if<std::size_t>(&sleep->time)) used.insert(*slot);
  }
  if (const auto* shell = std::get_if<ShellStep>(&step)) {
    for (const ShellWord& word : shell->words) {
      if (word.slot) used.insert(*word.slot);
    }
  }
}

// \pick and \row name every column; what no script uses need not be made.
void drop_unused_bindings(std::vector<Script>& scripts) {
  std::set<std::size_t> used;
  for (const Script& script : scripts) {
    for (const Step& step : script.steps) add_uses(step, used);
  }
  for (Script& script : scripts) {
    for (Step& step : script.steps) {
      if (auto* row = std::get_if<RowStep>(&step)) {
        std::erase_if(row->bindings, [&](const auto& binding) { return !used.contains(binding.first); });
      }
    }
  }
}

}  // namespace

std::size_t SymbolTable::define(std::string_view name) {
  return slots_.try_emplace(std::string(name), slots_.size()).first->second;
}

std::optional<std::size_t> SymbolTable::find(std::string_view name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? std::nullopt : std::optional(found->second);
}

base::Result<std::vector<Script>> parse_scripts(const std::vector<scenario::Script>& sources,
                                                const ParseOptions& options) {
  if (sources.empty()) return base::usage_error("there is no traffic script");
  const auto symbols = std::make_shared<SymbolTable>();
  std::vector<Script> scripts;
  base::Errors errors;
  for (const scenario::Script& source : sources) {
    auto script = ScriptParser(source, options, *symbols).parse();
    if (!script) {
      errors.insert(errors.end(), script.errors().begin(), script.errors().end());
      continue;
    }
    script->number = static_cast<int>(scripts.size());
    script->symbols = symbols;
    scripts.push_back(std::move(*script));
  }
  if (!errors.empty()) return errors;
  drop_unused_bindings(scripts);
  return scripts;
}

base::Result<std::vector<Script>> parse_scripts(const std::vector<scenario::Script>& sources,
                                                const generators::Generator* tables) {
  return parse_scripts(sources, ParseOptions{.tables = tables});
}

base::Result<Script> parse_script(const scenario::Script& source, const ParseOptions& options) {
  auto scripts = parse_scripts({source}, options);
  if (!scripts) return scripts.errors();
  return std::move(scripts->front());
}

base::Result<Script> parse_script(const scenario::Script& source, const generators::Generator* tables) {
  return parse_script(source, ParseOptions{.tables = tables});
}

}  // namespace pgrehearse::load
