#include "harness/load/script_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pgrehearse::load {
namespace {

// The protocol's limit on the parameters of one statement.
constexpr std::size_t most_parameters = 65535;

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80); }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), is_name);
}

std::string variable_suffix(std::string_view column) {
  std::string suffix(column);
  std::replace_if(
      suffix.begin(), suffix.end(), [](char c) { return !is_name(c); }, '_');
  return suffix;
}

ScriptParser::ScriptParser(const scenario::Script& source, const ParseOptions& options, SymbolTable& symbols)
    : source_(source),
      text_(source.text),
      options_(options),
      symbols_(symbols),
      set_{"scale", "client_id", "random_seed", "default_seed"} {
  for (const Definition& definition : options.definitions) set_.insert(definition.first);
  script_.name = source.name;
  script_.source = source.source;
  script_.weight = source.weight;
  script_.rate_per_s = source.rate_per_s;
  script_.timetable = source.timetable;
  script_.timeouts = source.timeouts;
}

base::Result<Script> ScriptParser::parse() {
  for (std::size_t at = skip_blank(text_, 0); at < text_.size(); at = skip_blank(text_, at)) {
    const bool escaped = text_.substr(at, 2) == "\\;" || text_.substr(at, 2) == "\\:";
    at = text_[at] == '\\' && !escaped ? command(at) : statement(at);
  }
  for (const Conditional& open : conditionals_) error(open.begin, "\\if without matching \\endif");
  if (options_.strict ? !has_statement_ : script_.steps.empty()) {
    error(0, fmt::format("the script '{}' has no {}", source_.name, options_.strict ? "SQL statement" : "command"),
          "end each statement with a ;");
  }
  if (!errors_.empty()) return std::move(errors_);
  return std::move(script_);
}

// ---- mistakes, names -----------------------------------------------------------------------------------------------

base::Place ScriptParser::place(std::size_t offset) const {
  const auto before = text_.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n');
  const std::size_t column = line_start == std::string_view::npos ? offset : offset - line_start - 1;
  return {source_.source, source_.source_line + static_cast<int>(lines), static_cast<int>(column) + 1};
}

void ScriptParser::error(std::size_t offset, std::string message, std::string hint) {
  errors_.push_back(base::usage_error(std::move(message), std::move(hint), place(offset)));
}

void ScriptParser::take(base::Errors errors, std::size_t offset) {
  for (base::Error& error : errors) {
    if (error.place.line == 0) error.place = place(offset);
    errors_.push_back(std::move(error));
  }
}

void ScriptParser::refuse(const Command& command, std::string_view message, std::optional<std::size_t> offset,
                          std::string hint) {
  error(offset.value_or(command.begin), fmt::format("{} in command \"{}\"", message, command.name), std::move(hint));
}

Origin ScriptParser::origin(std::size_t begin, const char* name) { return {place(begin).line, ++commands_, name}; }

std::size_t ScriptParser::define(std::string_view name) {
  set_.emplace(name);
  return symbols_.define(name);
}

bool ScriptParser::may_be_set(std::string_view name) const {
  return set_.contains(name) || std::any_of(prefixes_.begin(), prefixes_.end(),
                                            [&](const std::string& prefix) { return name.starts_with(prefix); });
}

std::size_t ScriptParser::use(std::string_view name, std::size_t offset) {
  if (options_.strict && !may_be_set(name)) {
    error(offset, fmt::format("no variable ':{}' is set before this line", name),
          "set it with \\set, \\gset, \\key, \\pick or \\row");
  }
  return symbols_.define(name);
}

// ---- statements ----------------------------------------------------------------------------------------------------

std::size_t ScriptParser::statement(std::size_t begin) {
  SqlStatement scanned = scan_sql_statement(text_, begin);
  if (scanned.unclosed) error(begin, fmt::format("{} in this statement is not closed", scanned.unclosed));
  if (scanned.uses.size() > most_parameters) {
    error(begin, fmt::format("statement has too many arguments (maximum is {})", most_parameters));
  }
  SqlStep step{std::move(scanned.sql), {}, {}, SqlStep::Capture::none, {}, origin(begin, "SQL")};
  for (const VariableUse& variable : scanned.uses) step.parameters.push_back(use(variable.name, variable.offset));
  for (TextPart& part : split_at_variables(scanned.text)) {
    PastedPart pasted{std::move(part.text), {}, {}};
    if (!part.variable.empty()) {
      pasted.slot = symbols_.define(part.variable);
      pasted.variable = ':' + part.variable;
    }
    step.pasted.push_back(std::move(pasted));
  }
  script_.steps.push_back(std::move(step));
  has_statement_ = true;
  return scanned.end;
}

// ---- commands ------------------------------------------------------------------------------------------------------

std::size_t ScriptParser::command(std::size_t begin) {
  WordLine line = read_words(text_, begin + 1, Quotes::plain, 1);
  if (line.words.empty()) return line.end;
  Command command{begin, lower(line.words.front().text), {}};
  if (command.name == "set") return set(command, line.end);
  if (command.name == "if" || command.name == "elif") return condition(command, line.end);
  const bool ours = command.name == "key" || command.name == "pick" || command.name == "row";
  line = read_words(text_, line.end, ours ? Quotes::names : Quotes::plain);
  command.words = std::move(line.words);
  if (!dispatch(command)) {
    refuse(command, "invalid command", {},
           "there are \\set, \\gset, \\aset, \\if, \\elif, \\else, \\endif, \\sleep, \\shell, \\setshell, "
           "\\startpipeline, \\syncpipeline, \\endpipeline, \\key, \\pick and \\row");
  }
  return line.end;
}

bool ScriptParser::dispatch(const Command& command) {
  struct Known {
    std::string_view name;
    void (ScriptParser::*read)(const Command&);
  };
  static constexpr Known all[] = {
      {"else", &ScriptParser::otherwise},
      {"endif", &ScriptParser::end_condition},
      {"sleep", &ScriptParser::sleep},
      {"shell", &ScriptParser::shell},
      {"setshell", &ScriptParser::shell},
      {"gset", &ScriptParser::capture},
      {"aset", &ScriptParser::capture},
      {"startpipeline", &ScriptParser::pipeline},
      {"syncpipeline", &ScriptParser::pipeline},
      {"endpipeline", &ScriptParser::pipeline},
      {"key", &ScriptParser::key},
      {"pick", &ScriptParser::row},
      {"row", &ScriptParser::row},
  };
  const auto found =
      std::find_if(std::begin(all), std::end(all), [&](auto& each) { return each.name == command.name; });
  if (found == std::end(all)) return false;
  (this->*found->read)(command);
  return true;
}

// `end`: behind what was read of the line; then behind the line.
std::optional<Expression> ScriptParser::expression(const Command& command, std::size_t& end) {
  auto parsed = Expression::parse(text_, end, [this](auto name, auto offset) { return use(name, offset); });
  if (parsed.expression) {
    end = parsed.end;
    return std::move(*parsed.expression);
  }
  for (const base::Error& mistake : parsed.expression.errors()) {
    refuse(command, mistake.message, parsed.error_offset, mistake.hint);
  }
  end = read_words(text_, end, Quotes::plain).end;
  return {};
}

std::size_t ScriptParser::set(const Command& command, std::size_t end) {
  const WordLine line = read_words(text_, end, Quotes::plain, 1);
  if (line.words.empty()) {
    refuse(command, "missing argument", {}, "\\set NAME EXPRESSION, as in \\set id random(1, 1000)");
    return line.end;
  }
  end = line.end;
  const Origin where = origin(command.begin, "set");
  auto value = expression(command, end);
  if (!is_variable(line.words.front())) return end;
  const std::size_t slot =
      define(line.words.front().text);  // also after a mistake: its uses are not mistakes of their own
  if (value) script_.steps.push_back(SetStep{slot, std::move(*value), where});
  return end;
}

std::size_t ScriptParser::condition(const Command& command, std::size_t end) {
  const bool more = command.name == "elif";
  const Origin where = origin(command.begin, more ? "elif" : "if");
  auto condition = expression(command, end);
  if (more && conditionals_.empty()) {
    error(command.begin, "\\elif without matching \\if");
    return end;
  }
  if (more && !conditionals_.back().branch) {
    error(command.begin, "\\elif after \\else");
    return end;
  }
  if (more) {
    close_block();
  } else {
    conditionals_.push_back({command.begin, {}, {}});
  }
  conditionals_.back().branch = script_.steps.size();
  script_.steps.push_back(BranchStep{condition ? std::move(*condition) : Expression(), 0, where});
  return end;
}

// The block under way ends with a jump behind \endif; who skipped it goes on behind that.
void ScriptParser::close_block() {
  Conditional& open = conditionals_.back();
  open.jumps.push_back(script_.steps.size());
  script_.steps.push_back(JumpStep{0});
  std::get<BranchStep>(script_.steps[*open.branch]).otherwise = script_.steps.size();
}

void ScriptParser::otherwise(const Command& command) {
  ++commands_;
  if (!command.words.empty()) return refuse(command, "unexpected argument");
  if (conditionals_.empty()) return error(command.begin, "\\else without matching \\if");
  if (!conditionals_.back().branch) return error(command.begin, "\\else after \\else");
  close_block();
  conditionals_.back().branch.reset();
}

void ScriptParser::end_condition(const Command& command) {
  ++commands_;
  if (!command.words.empty()) return refuse(command, "unexpected argument");
  if (conditionals_.empty()) return error(command.begin, "\\endif without matching \\if");
  const Conditional& open = conditionals_.back();
  const std::size_t behind = script_.steps.size();
  if (open.branch) std::get<BranchStep>(script_.steps[*open.branch]).otherwise = behind;
  for (const std::size_t jump : open.jumps) std::get<JumpStep>(script_.steps[jump]).to = behind;
  conditionals_.pop_back();
}

}  // namespace pgrehearse::load
