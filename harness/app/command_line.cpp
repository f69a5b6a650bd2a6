#include "harness/app/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "harness/base/nearest.hpp"

namespace pgrehearse::app {
namespace {

namespace po = boost::program_options;

constexpr const char* positional_key = "pgrehearse-positional";

po::options_description declared(const Verb& verb) {
  po::options_description description;
  for (const Option& option : verb.options) {
    const std::string names = option.letter ? option.name + ',' + option.letter : option.name;
    if (option.value.empty()) {
      description.add_options()(names.c_str(), "");
    } else {
      description.add_options()(names.c_str(), po::value<std::vector<std::string>>(), "");
    }
  }
  description.add_options()("help,?", "")(positional_key, po::value<std::vector<std::string>>(), "");
  return description;
}

base::Error explain(const po::error& problem, const Verb& verb) {
  const std::string help_hint = fmt::format("see `pgrehearse {} --help`", verb.name);
  if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&problem)) {
    std::string name = unknown->get_option_name();
    name.erase(0, name.find_first_not_of('-'));
    std::vector<std::string> known;
    for (const Option& option : verb.options) known.push_back(option.name);
    const std::string near = base::nearest(name, known);
    return base::usage_error(fmt::format("unknown option '--{}'", name),
                             near.empty() ? help_hint : fmt::format("did you mean '--{}'?", near));
  }
  if (dynamic_cast<const po::too_many_positional_options_error*>(&problem)) {
    return base::usage_error(verb.positional.empty() ? fmt::format("'{}' takes no argument", verb.name)
                                                     : fmt::format("'{}' takes no more than {} {}", verb.name,
                                                                   verb.positional_limit, verb.positional),
                             help_hint);
  }
  return base::usage_error(problem.what(), help_hint);
}

std::string left_column(const Option& option) {
  std::string text = option.letter ? fmt::format("  -{}, ", option.letter) : std::string("      ");
  text += "--" + option.name;
  if (!option.value.empty()) text += ' ' + option.value;
  return text;
}

// Words of `text`, filled into lines that begin at `indent` and end before column 96.
std::string filled(std::string_view text, std::size_t indent) {
  std::string result, line;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!line.empty() && indent + line.size() + 1 + word.size() > 96) {
      result += line + '\n' + std::string(indent, ' ');
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    at = end + 1;
  }
  return result + line;
}

}  // namespace

std::optional<std::string> Parsed::value(const std::string& name) const {
  const auto found = values.find(name);
  if (found == values.end() || found->second.empty()) return {};
  return found->second.back();
}

std::vector<std::string> Parsed::all(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

base::Result<Parsed> parse(const Verb& verb, const std::vector<std::string>& arguments) {
  const po::options_description description = declared(verb);
  po::positional_options_description positional;
  if (!verb.positional.empty()) positional.add(positional_key, static_cast<int>(verb.positional_limit));
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

  Parsed parsed;
  parsed.typed = {"pgrehearse", verb.name};
  parsed.typed.insert(parsed.typed.end(), arguments.begin(), arguments.end());
  base::Errors errors;
  try {
    const auto options =
        po::command_line_parser(arguments).options(description).positional(positional).style(style).run();
    for (const auto& option : options.options) {
      if (option.string_key == positional_key) {
        parsed.positionals.insert(parsed.positionals.end(), option.value.begin(), option.value.end());
        continue;
      }
      auto& values = parsed.values[option.string_key];
      values.insert(values.end(), option.value.begin(), option.value.end());
    }
  } catch (const po::error& problem) {
    return explain(problem, verb);
  }
  for (const Option& option : verb.options) {
    if (!option.repeatable && parsed.all(option.name).size() > 1) {
      errors.push_back(base::usage_error(fmt::format("--{} is given more than once", option.name)));
    }
  }
  if (!errors.empty()) return errors;
  return parsed;
}

std::string help(const Verb& verb) {
  std::string text = fmt::format("{}\n\nUsage: pgrehearse {}{} [OPTIONS]\n", verb.summary, verb.name,
                                 verb.positional.empty() ? "" : " " + verb.positional);
  if (!verb.description.empty()) text += '\n' + verb.description + '\n';
  std::size_t width = 0;
  for (const Option& option : verb.options) width = std::max(width, left_column(option).size());
  width = std::min<std::size_t>(width, 34);

  std::vector<std::string> groups;
  for (const Option& option : verb.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  for (const std::string& group : groups) {
    text += fmt::format("\n{}:\n", group.empty() ? "Options" : group);
    for (const Option& option : verb.options) {
      if (option.group != group) continue;
      const std::string left = left_column(option);
      text += left.size() > width ? left + '\n' + std::string(width, ' ') : fmt::format("{:<{}}", left, width);
      text += "  " + filled(option.help, width + 2) + '\n';
    }
  }
  if (!verb.examples.empty()) text += "\nExamples:\n" + verb.examples;
  return text;
}

}  // namespace pgrehearse::app
