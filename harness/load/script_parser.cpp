#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include "harness/load/script.hpp"
#include "harness/load/sql_statement.hpp"
#include "harness/load/table_lookup.hpp"

namespace pgrehearse::load {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80); }

struct Word {
  std::string_view text;
  std::size_t offset = 0;  // in the script
};

// Words between white space; quoted names keep their spaces.
std::vector<Word> split_words(std::string_view line, std::size_t offset) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < line.size();) {
    if (is_space(line[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    for (bool quoted = false; at < line.size() && (quoted || !is_space(line[at])); ++at) quoted ^= line[at] == '"';
    words.push_back({line.substr(begin, at - begin), offset + begin});
  }
  return words;
}

class Parser {
 public:
  Parser(const scenario::Script& source, const generators::Generator* tables)
      : source_(source), text_(source.text), tables_(tables) {
    script_.name = source.name;
    script_.weight = source.weight;
    script_.rate_per_s = source.rate_per_s;
    script_.timetable = source.timetable;
    script_.timeouts = source.timeouts;
  }

  base::Result<Script> parse() {
    bool sql = false;
    for (std::size_t at = skip_blank(text_, 0); at < text_.size(); at = skip_blank(text_, at)) {
      if (text_[at] == '\\') {
        at = command(at);
      } else if (text_[at] == ';') {
        ++at;
      } else {
        at = statement(at);
        sql = true;
      }
    }
    if (!sql) error(0, fmt::format("the script '{}' has no SQL statement", source_.name), "end each one with a ;");
    if (!errors_.empty()) return std::move(errors_);
    drop_unused_bindings();
    script_.slots = slots_.size();
    return std::move(script_);
  }

 private:
  base::Place place(std::size_t offset) const {
    const auto before = text_.substr(0, offset);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n');
    const std::size_t column = line_start == std::string_view::npos ? offset : offset - line_start - 1;
    return {source_.source, source_.source_line + static_cast<int>(lines), static_cast<int>(column) + 1};
  }
  void error(std::size_t offset, std::string message, std::string hint = {}) {
    errors_.push_back(base::usage_error(std::move(message), std::move(hint), place(offset)));
  }
  void take(const base::Errors& errors, std::size_t offset) {
    for (base::Error error : errors) {
      if (error.place.line == 0) error.place = place(offset);
      errors_.push_back(std::move(error));
    }
  }

  std::size_t define(std::string_view name) {
    return slots_.try_emplace(std::string(name), slots_.size()).first->second;
  }
  std::optional<std::size_t> slot_of(std::string_view name) const {
    const auto found = slots_.find(std::string(name));
    return found == slots_.end() ? std::nullopt : std::optional(found->second);
  }

  std::size_t statement(std::size_t begin) {
    SqlStatement scanned = scan_sql_statement(text_, begin);
    if (scanned.unclosed) error(begin, fmt::format("{} in this statement is not closed", scanned.unclosed));
    SqlStep step{std::move(scanned.sql), {}, place(begin).line};
    for (const VariableUse& use : scanned.uses) {
      if (const auto slot = slot_of(use.name)) {
        step.parameters.push_back(*slot);
      } else {
        error(use.offset, fmt::format("no variable ':{}' is set before this line", use.name),
              "set it with \\set, \\key, \\pick or \\row");
      }
    }
    script_.steps.push_back(std::move(step));
    return scanned.end;
  }

  // A backslash command ends with its line; a backslash at the end of the line continues it, as in pgbench.
  std::size_t command(std::size_t begin) {
    std::size_t end = begin;
    while (end < text_.size() && !(text_[end] == '\n' && text_[end - 1] != '\\')) ++end;
    std::string line(text_.substr(begin, end - begin));
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      if (line[i] == '\\' && line[i + 1] == '\n') line[i] = ' ';
    }
    const auto words = split_words(line, begin);
    const std::string_view name = words.front().text;
    if (name == "\\set") {
      set(line, words);
    } else if (name == "\\key") {
      key(words);
    } else if (name == "\\pick" || name == "\\row") {
      row(words, name == "\\row");
    } else {
      error(begin, fmt::format("unknown command '{}'", name), "there are \\set, \\key, \\pick and \\row");
    }
    return end;
  }

  bool is_variable(const Word& word) {
    if (!word.text.empty() && std::all_of(word.text.begin(), word.text.end(), is_name)) return true;
    error(word.offset, fmt::format("'{}' is not the name of a variable", word.text), "use letters, digits and _");
    return false;
  }

  void set(std::string_view line, const std::vector<Word>& words) {
    const std::size_t begin = words[0].offset;
    if (words.size() < 3) return error(begin, "\\set needs a variable and an expression", "\\set id random(1, 1000)");
    if (!is_variable(words[1])) return;
    const std::string_view expression = line.substr(words[2].offset - begin);
    auto value = Expression::parse(expression, place(words[2].offset), [this](auto name) { return slot_of(name); });
    const std::size_t slot = define(words[1].text);  // also after a mistake: its uses are not mistakes of their own
    if (!value) return take(value.errors(), words[2].offset);
    for (std::size_t used : value->variables()) used_.push_back(used);
    script_.steps.push_back(SetStep{slot, std::move(*value)});
  }

  // \key VAR[,VAR...] TABLE [zipfian EXPONENT]
  void key(const std::vector<Word>& words) {
    if (words.size() < 3) return error(words[0].offset, "\\key needs variables and a table", "\\key id users");
    std::vector<Word> names;
    for (std::size_t at = 0; at <= words[1].text.size();) {
      const auto end = std::min(words[1].text.find(',', at), words[1].text.size());
      names.push_back({words[1].text.substr(at, end - at), words[1].offset + at});
      at = end + 1;
    }
    std::vector<std::size_t> slots;
    for (const Word& name : names) {
      if (!is_variable(name)) return;
      slots.push_back(define(name.text));
    }
    RowStep step{0, false, {}, {}};
    if (!table(words, false, step)) return;
    const auto columns = primary_key(tables_->shape().tables[step.table]);
    if (columns.size() != slots.size()) {
      return error(words[1].offset,
                   fmt::format("{} has a primary key of {} column(s), and {} variable(s) are given", words[2].text,
                               columns.size(), slots.size()),
                   columns.empty() ? "take other columns with \\pick" : "name one variable for each column");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) step.bindings.emplace_back(slots[i], columns[i]);
    script_.steps.push_back(std::move(step));
  }

  // \pick PREFIX TABLE [zipfian EXPONENT], \row PREFIX TABLE
  void row(const std::vector<Word>& words, bool fresh) {
    if (words.size() < 3) {
      return error(words[0].offset, fmt::format("{} needs a prefix and a table", words[0].text),
                   fmt::format("{} user users", words[0].text));
    }
    RowStep step{0, fresh, {}, {}};
    if (!is_variable(words[1]) || !table(words, fresh, step)) return;
    const auto& columns = tables_->shape().tables[step.table].columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      step.bindings.emplace_back(define(std::string(words[1].text) + '_' + variable_suffix(columns[i].name)), i);
    }
    script_.steps.push_back(std::move(step));
  }

  // The table and the distribution, which stand behind the first argument of all three commands.
  bool table(const std::vector<Word>& words, bool fresh, RowStep& step) {
    if (!tables_) {
      error(words[0].offset, fmt::format("{} draws from generated tables, and there are none here", words[0].text));
      return false;
    }
    const auto found = find_table(*tables_, words[2].text);
    if (!found) {
      take(found.errors(), words[2].offset);
      return false;
    }
    step.table = *found;
    if (!fresh && tables_->rows(*found) == 0) {
      error(words[2].offset, fmt::format("{} has no rows to draw from", words[2].text), "give it rows");
      return false;
    }
    return distribution(words, fresh, step);
  }

  bool distribution(const std::vector<Word>& words, bool fresh, RowStep& step) {
    if (words.size() == 3) return true;
    double exponent = 0;
    const std::string_view number = words.size() == 5 ? words[4].text : "";
    const auto read = std::from_chars(number.data(), number.data() + number.size(), exponent);
    const bool whole = read.ec == std::errc{} && read.ptr == number.data() + number.size();
    if (!fresh && words[3].text == "zipfian" && whole && exponent > 0) {
      step.zipfian = exponent;
      return true;
    }
    error(words[3].offset, fmt::format("'{}' is not expected here", words[3].text),
          fresh ? "nothing follows the table" : "zipfian EXPONENT may follow the table, as in zipfian 0.9");
    return false;
  }

  // \pick and \row name every column; what no statement uses need not be made.
  void drop_unused_bindings() {
    for (const Step& step : script_.steps) {
      if (const auto* sql = std::get_if<SqlStep>(&step)) {
        used_.insert(used_.end(), sql->parameters.begin(), sql->parameters.end());
      }
    }
    for (Step& step : script_.steps) {
      if (auto* row = std::get_if<RowStep>(&step)) {
        std::erase_if(row->bindings,
                      [this](auto& b) { return std::find(used_.begin(), used_.end(), b.first) == used_.end(); });
      }
    }
  }

  const scenario::Script& source_;
  std::string_view text_;
  const generators::Generator* tables_;
  std::map<std::string, std::size_t> slots_;
  std::vector<std::size_t> used_;
  base::Errors errors_;
  Script script_;
};

}  // namespace

base::Result<Script> parse_script(const scenario::Script& source, const generators::Generator* tables) {
  return Parser(source, tables).parse();
}

base::Result<std::vector<Script>> parse_scripts(const std::vector<scenario::Script>& sources,
                                                const generators::Generator* tables) {
  if (sources.empty()) return base::usage_error("there is no traffic script");
  std::vector<Script> scripts;
  base::Errors errors;
  for (const scenario::Script& source : sources) {
    auto script = parse_script(source, tables);
    if (script) {
      scripts.push_back(std::move(*script));
    } else {
      errors.insert(errors.end(), script.errors().begin(), script.errors().end());
    }
  }
  if (!errors.empty()) return errors;
  return scripts;
}

std::string variable_suffix(std::string_view column) {
  std::string suffix(column);
  std::replace_if(
      suffix.begin(), suffix.end(), [](char c) { return !is_name(c); }, '_');
  return suffix;
}

}  // namespace pgrehearse::load
