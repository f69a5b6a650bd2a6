// Names, SQL and messages come from outside: in each form they are text and never markup.
#pragma once

#include <string>
#include <string_view>

namespace pgrehearse::reports {

// For element content and for attribute values in double or single quotes. Control characters become spaces.
std::string html_escape(std::string_view text);
// For a cell of a GitHub table and for running text: nothing of it becomes a link, a mention, markup or HTML, and it
// stays on one line.
std::string markdown_escape(std::string_view text);
// As code in a table cell: `text`, with as many backticks as it takes.
std::string markdown_code(std::string_view text);
// JSON for a <script type="application/json"> element: no "<" remains, so no "</script>" and no "<!--".
std::string json_for_html(std::string_view json);
// For XML 1.0: without the control characters that it cannot hold. The writer escapes the rest.
std::string xml_text(std::string_view text);

}  // namespace pgrehearse::reports
