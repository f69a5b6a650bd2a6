#include "harness/load/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "harness/load/script.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::load {
namespace {

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80); }
bool is_name(char c) { return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)); }

std::string without_spaces(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == ',' || static_cast<unsigned char>(c) <= ' '; },
      '_');
  return name;
}

// Names of tables may hold anything.
std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace

void Draft::draw(const std::string& prefix, std::size_t table, bool fresh) {
  const bool known = std::any_of(draws.begin(), draws.end(), [&](const Draw& each) { return each.prefix == prefix; });
  if (!known) draws.push_back({prefix, table, fresh});
}

std::string label(const generators::TableShape& table) {
  return table.schema == "public" ? table.name : table.schema + '.' + table.name;
}

std::string variable(std::string_view prefix, const generators::Column& column) {
  return fmt::format(":{}_{}", prefix, variable_suffix(column.name));
}

scenario::Script to_script(const Draft& draft, const generators::Generator& tables, const std::string& source) {
  scenario::Script script;
  script.name = without_spaces(draft.name);
  script.source = source + " script " + script.name;
  script.weight = draft.weight;
  script.rate_per_s = draft.rate_per_s;
  for (const std::string& line : draft.about) script.text += "-- " + on_one_line(line) + "\n";
  for (const Draw& draw : draft.draws) {
    const auto& table = tables.shape().tables[draw.table];
    script.text += fmt::format("\\{} {} {}\n", draw.fresh ? "row" : "pick", draw.prefix,
                               postgres::quote_qualified(table.schema, table.name));
  }
  for (const RandomNumber& number : draft.numbers) {
    script.text += fmt::format("\\set {} random({}, {})\n", number.name, number.low, number.high);
  }
  for (const std::string& statement : draft.statements) script.text += statement + ";\n";
  return script;
}

std::pair<std::size_t, std::size_t> find_variable(std::string_view statement, std::size_t from) {
  char quote = 0;
  for (std::size_t at = from; at < statement.size(); ++at) {
    const char c = statement[at];
    if (quote || c == '\'' || c == '"') {
      if (!quote) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == ':' && at + 1 < statement.size() && statement[at + 1] == ':') {
      ++at;
    } else if (c == ':' && at + 1 < statement.size() && starts_name(statement[at + 1])) {
      std::size_t end = at + 1;
      while (end < statement.size() && is_name(statement[end])) ++end;
      return {at, end};
    }
  }
  return {statement.size(), statement.size()};
}

}  // namespace pgrehearse::load
