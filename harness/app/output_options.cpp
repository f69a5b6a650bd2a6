#include "harness/app/output_options.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "harness/app/facts.hpp"
#include "harness/base/nearest.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/terminal.hpp"

namespace pgrehearse::app {
namespace {

const std::vector<std::string> formats{"terminal", "markdown", "json", "junit", "html"};

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && !(no_colour && *no_colour);
}

// As wide as the terminal, within what reads well.
std::size_t width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return std::clamp<std::size_t>(size.ws_col, 80, 100);
}

}  // namespace

std::vector<Option> output_options() {
  return {{"format", 'f', "NAME", "what goes to standard output: terminal (default), markdown, json, junit, html",
           false, "Output"}};
}

base::Result<std::string> output_format(const Parsed& parsed, const std::string& by_default) {
  const std::string format = parsed.value("format").value_or(by_default);
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return format;
  const std::string near = base::did_you_mean(format, formats);
  return base::usage_error(fmt::format("unknown format '{}'", format),
                           near.empty() ? fmt::format("one of {}", fmt::join(formats, ", ")) : near);
}

Option text_or_json_option() { return {"format", 0, "NAME", "text (default) or json", false, "Output"}; }

base::Result<std::string> text_or_json(const Parsed& parsed) {
  std::string format = parsed.value("format").value_or("text");
  if (format == "text" || format == "json") return format;
  return base::usage_error(fmt::format("unknown format '{}'", format), "one of text, json");
}

reports::TextStyle terminal_style() { return {.colour = wants_colour(), .width = width()}; }

std::string rendered(const analyse::Analysis& analysis, const std::string& format) {
  if (format == "markdown") return reports::markdown(analysis);
  if (format == "json") return reports::summary_json(analysis);
  if (format == "junit") return reports::junit(analysis);
  if (format == "html") return reports::html(analysis);
  return reports::terminal(analysis, {.colour = false, .width = width()});
}

base::Result<std::string> output_folder(const Parsed& parsed, const std::string& name, const base::Clock& clock) {
  if (const auto named = parsed.value("output")) return *named;
  return make_default_folder(name, clock);
}

void print_report(const analyse::Analysis& analysis, const std::string& format) {
  const std::string text = format == "terminal"
                               ? reports::terminal(analysis, {.colour = wants_colour(), .width = width()})
                               : rendered(analysis, format);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace pgrehearse::app
