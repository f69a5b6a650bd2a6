// The words of the command line, declared as data: the parser, `--help` and the shell completion all read the same
// declaration. Parsing is Boost.Program_options' business and stays in command_line.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::app {

struct Option {
  std::string name;   // long name, without dashes
  char letter = 0;    // short name, or 0
  std::string value;  // what its value is called in the help: "N"; empty: a switch
  std::string help;
  bool repeatable = false;
  std::string group;  // heading in the help; empty: "Options"
};

struct Verb {
  std::string name, positional, summary;  // positional: "SCENARIO" or empty; at most `positional_limit` of them
  std::size_t positional_limit = 1;
  std::string description;  // a paragraph or two
  std::string examples;     // lines of "  command   # what it does"
  std::vector<Option> options;
};

struct Parsed {
  std::map<std::string, std::vector<std::string>> values;  // by long name; a switch has an empty value
  std::vector<std::string> positionals;
  std::vector<std::string> typed;  // all of it, as it was typed, with the program and the verb

  bool has(const std::string& name) const { return values.count(name) > 0; }
  std::optional<std::string> value(const std::string& name) const;
  std::vector<std::string> all(const std::string& name) const;
};

// Unknown options come with the nearest known one as a hint. `--help` and `-?` are known to every verb.
base::Result<Parsed> parse(const Verb& verb, const std::vector<std::string>& arguments);
std::string help(const Verb& verb);

}  // namespace pgrehearse::app
