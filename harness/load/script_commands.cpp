// What single backslash commands mean.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "harness/load/generated_keys.hpp"
#include "harness/load/script_parser.hpp"
#include "harness/load/table_lookup.hpp"

namespace pgrehearse::load {
namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<base::Duration> time_unit(std::string_view name) {
  if (same_ignoring_case(name, "us")) return std::chrono::microseconds(1);
  if (same_ignoring_case(name, "ms")) return std::chrono::milliseconds(1);
  if (same_ignoring_case(name, "s")) return std::chrono::seconds(1);
  return {};
}

// The length of the number that `text` begins with, its sign included; 0: there is none.
std::size_t number_length(std::string_view text) {
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  std::size_t end = sign;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
  return end > sign ? end : 0;
}

}  // namespace

bool ScriptParser::is_variable(const Word& word) {
  if (is_variable_name(word.text)) return true;
  error(word.offset, fmt::format("invalid variable name: \"{}\"", word.text),
        "a letter or _, then letters, digits and _");
  return false;
}

// \sleep NUMBER[UNIT] | :VARIABLE [us|ms|s]
void ScriptParser::sleep(const Command& command) {
  const Origin where = origin(command.begin, "sleep");
  if (command.words.empty()) return refuse(command, "missing argument", {}, "\\sleep NUMBER [us|ms|s]");
  if (command.words.size() > 2) return refuse(command, "too many arguments", command.words[2].offset);
  const Word& time = command.words[0];
  Word unit = command.words.size() == 2 ? command.words[1] : Word{"s", time.offset};
  SleepStep step{std::int64_t{0}, {}, {}, where};
  if (time.text.starts_with(':')) {
    step.variable = time.text.substr(1);
    step.time = use(step.variable, time.offset);
  } else {
    const std::size_t length = number_length(time.text);
    if (length == 0 || (length < time.text.size() && command.words.size() == 2)) {
      return refuse(command, fmt::format("invalid sleep time, must be an integer ({})", time.text), time.offset);
    }
    if (length < time.text.size()) unit = {time.text.substr(length), time.offset + length};
    const std::size_t sign = time.text.starts_with('+') ? 1 : 0;
    std::int64_t number = 0;
    const auto read = std::from_chars(time.text.data() + sign, time.text.data() + length, number);
    if (read.ec != std::errc{}) return refuse(command, "sleep time out of range", time.offset);
    step.time = number;
  }
  const auto length = time_unit(unit.text);
  if (!length) {
    return refuse(command, fmt::format("unrecognized time unit, must be us, ms or s ({})", unit.text), unit.offset);
  }
  step.unit = *length;
  script_.steps.push_back(std::move(step));
}

// \shell COMMAND, \setshell NAME COMMAND. Words that begin with one colon are variables.
void ScriptParser::shell(const Command& command) {
  const bool reads = command.name == "setshell";
  ShellStep step{{}, {}, origin(command.begin, reads ? "setshell" : "shell")};
  if (command.words.size() < (reads ? 2u : 1u)) return refuse(command, reads ? "missing argument" : "missing command");
  for (std::size_t i = reads ? 1 : 0; i < command.words.size(); ++i) {
    const std::string& word = command.words[i].text;
    if (word.starts_with("::") || !word.starts_with(':')) {
      step.words.push_back({word.substr(word.starts_with(':') ? 1 : 0), {}});
    } else {
      step.words.push_back({word, use(std::string_view(word).substr(1), command.words[i].offset)});
    }
  }
  if (reads) {
    if (!is_variable(command.words[0])) return;
    step.result = define(command.words[0].text);
  }
  script_.steps.push_back(std::move(step));
}

// \gset [PREFIX], \aset [PREFIX]: belong to the statement before.
void ScriptParser::capture(const Command& command) {
  if (command.words.size() > 1) return refuse(command, "too many arguments");
  SqlStep* statement = script_.steps.empty() ? nullptr : std::get_if<SqlStep>(&script_.steps.back());
  if (!statement || statement->capture != SqlStep::Capture::none) {
    return error(command.begin, fmt::format("\\{} must follow an SQL command", command.name));
  }
  statement->capture = command.name == "gset" ? SqlStep::Capture::gset : SqlStep::Capture::aset;
  if (!command.words.empty()) statement->prefix = command.words[0].text;
  prefixes_.push_back(statement->prefix);
}

void ScriptParser::pipeline(const Command& command) {
  static constexpr std::pair<const char*, PipelineAct> acts[] = {
      {"startpipeline", PipelineAct::start}, {"syncpipeline", PipelineAct::sync}, {"endpipeline", PipelineAct::end}};
  const auto* act =
      std::find_if(std::begin(acts), std::end(acts), [&](auto& each) { return each.first == command.name; });
  if (!command.words.empty()) return refuse(command, "unexpected argument");
  script_.steps.push_back(PipelineStep{act->second, origin(command.begin, act->first)});
}

// ---- drawing from tables -------------------------------------------------------------------------------------------

base::Result<std::shared_ptr<const KeySource>> ScriptParser::find_keys(std::string_view table) {
  if (options_.tables) return GeneratedKeys(*options_.tables).find(table);
  return options_.keys->find(table);
}

// \key VAR[,VAR...] TABLE [zipfian EXPONENT]
void ScriptParser::key(const Command& command) {
  ++commands_;
  const Words& words = command.words;
  if (words.size() < 2)
    return refuse(command, "missing argument", {}, "\\key needs variables and a table: \\key id users");
  if (!options_.tables && !options_.keys) return refuse(command, "there are no tables to draw from");
  KeyStep step;
  bool named = true;
  for (std::size_t at = 0; at <= words[0].text.size();) {
    const auto end = std::min(words[0].text.find(',', at), words[0].text.size());
    const Word name{words[0].text.substr(at, end - at), words[0].offset + at};
    named &= is_variable(name);
    step.slots.push_back(define(name.text));
    at = end + 1;
  }
  if (!zipfian(command, 2, step.zipfian) || !named) return;
  auto keys = find_keys(words[1].text);
  if (!keys) return take(keys.errors(), words[1].offset);
  step.keys = *keys;
  if (step.keys->columns() != step.slots.size()) {
    return error(words[0].offset,
                 fmt::format("{} has a primary key of {} column(s), and {} variable(s) are given", words[1].text,
                             step.keys->columns(), step.slots.size()),
                 "name one variable for each column");
  }
  script_.steps.push_back(std::move(step));
}

// \pick PREFIX TABLE [zipfian EXPONENT], \row PREFIX TABLE
void ScriptParser::row(const Command& command) {
  ++commands_;
  const Words& words = command.words;
  const bool fresh = command.name == "row";
  if (words.size() < 2) {
    return refuse(command, "missing argument", {},
                  fmt::format("\\{0} needs a prefix and a table: \\{0} user users", command.name));
  }
  if (!options_.tables) {
    return refuse(command, "there are no generated tables to draw from", {},
                  fresh ? "" : "\\key draws keys from the tables of an existing database");
  }
  RowStep step{0, fresh, {}, {}};
  const auto found = find_table(*options_.tables, words[1].text);
  if (!found) return take(found.errors(), words[1].offset);
  step.table = *found;
  if (!fresh && options_.tables->rows(*found) == 0) {
    return error(words[1].offset, fmt::format("{} has no rows to draw from", words[1].text), "give it rows");
  }
  if (fresh && words.size() > 2) {
    return error(words[2].offset, fmt::format("'{}' is not expected here", words[2].text), "nothing follows the table");
  }
  if (!is_variable(words[0]) || (!fresh && !zipfian(command, 2, step.zipfian))) return;
  const auto& columns = options_.tables->shape().tables[step.table].columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    step.bindings.emplace_back(define(words[0].text + '_' + variable_suffix(columns[i].name)), i);
  }
  script_.steps.push_back(std::move(step));
}

// [zipfian EXPONENT] at the end of the words.
bool ScriptParser::zipfian(const Command& command, std::size_t at, std::optional<double>& exponent) {
  if (command.words.size() == at) return true;
  double number = 0;
  const std::string_view text = command.words.size() == at + 2 ? std::string_view(command.words[at + 1].text) : "";
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  if (command.words[at].text == "zipfian" && whole && number > 0) {
    exponent = number;
    return true;
  }
  error(command.words[at].offset, fmt::format("'{}' is not expected here", command.words[at].text),
        "zipfian EXPONENT may follow the table, as in zipfian 0.9");
  return false;
}

}  // namespace pgrehearse::load
