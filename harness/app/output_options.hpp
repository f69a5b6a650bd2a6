// How a result reaches the user: which report goes to standard output.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"
#include "harness/app/command_line.hpp"
#include "harness/base/clock.hpp"
#include "reports/text_layout.hpp"

namespace pgrehearse::app {

// --format; of every verb that prints a report.
std::vector<Option> output_options();
// The value of --format, checked.
base::Result<std::string> output_format(const Parsed& parsed, const std::string& by_default);
// --format of verbs whose result has two forms only: text, which is the default, and json.
Option text_or_json_option();
base::Result<std::string> text_or_json(const Parsed& parsed);
// --output, or a folder made by make_default_folder().
base::Result<std::string> output_folder(const Parsed& parsed, const std::string& name, const base::Clock& clock);
// To standard output; in colour on a terminal, unless NO_COLOR is set (no-color.org).
void print_report(const analyse::Analysis& analysis, const std::string& format);
// For text on standard output: as wide as the terminal within what reads well; colour as above.
reports::TextStyle terminal_style();
// The report of print_report() as text, without colour.
std::string rendered(const analyse::Analysis& analysis, const std::string& format);

}  // namespace pgrehearse::app
