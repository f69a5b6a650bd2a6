// A script that this program makes, before it is text: what it draws, and its statements. Kept apart so that it can be
// tried on a server with values of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "generators/generator.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

// \pick or \row: sets :prefix_column for each column of a row.
struct Draw {
  std::string prefix;
  std::size_t table = 0;  // position in the generator's shape
  bool fresh = false;     // a row that does not exist yet
};

// \set name random(low, high)
struct RandomNumber {
  std::string name;
  long long low = 0, high = 0;
};

struct Draft {
  std::string name;
  double weight = 1;
  std::optional<double> rate_per_s = {};
  std::optional<double> most_rows = {};  // that a statement may change in a trial; none: any number
  std::vector<std::string> about = {};   // for people: lines of the comment at its head
  std::vector<Draw> draws = {};
  std::vector<RandomNumber> numbers = {};
  std::vector<std::string> statements = {};  // without semicolons, with :variables

  // The draw of this prefix, made where it is missing.
  void draw(const std::string& prefix, std::size_t table, bool fresh);
};

// "users", or "billing.users" outside public.
std::string label(const generators::TableShape& table);
// ":prefix_column"
std::string variable(std::string_view prefix, const generators::Column& column);

// `source`: where scripts like it come from, for messages. Names that cannot be those of files are changed.
scenario::Script to_script(const Draft& draft, const generators::Generator& tables, const std::string& source);

// The statement with `replace(name)` for each :name outside quotes; "::" is a cast.
template <class Replace>
std::string replace_variables(std::string_view statement, Replace replace);

// The text between this and the next variable, outside quotes; npos: none. For replace_variables().
std::pair<std::size_t, std::size_t> find_variable(std::string_view statement, std::size_t from);

template <class Replace>
std::string replace_variables(std::string_view statement, Replace replace) {
  std::string result;
  std::size_t at = 0;
  for (;;) {
    const auto [begin, end] = find_variable(statement, at);
    result += statement.substr(at, begin - at);
    if (begin >= statement.size()) return result;
    result += replace(statement.substr(begin + 1, end - begin - 1));
    at = end;
  }
}

}  // namespace pgrehearse::load
