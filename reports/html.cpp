#include "reports/html.hpp"

#include <fmt/format.h>

#include "assets/report_assets.hpp"
#include "harness/analyse/analyse.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"
#include "reports/chart_data.hpp"
#include "reports/content.hpp"
#include "reports/escape.hpp"

namespace pgrehearse::reports {
namespace {

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
    case Tone::doubt:
      return "doubt";
    case Tone::faint:
      return "faint";
    case Tone::plain:
      break;
  }
  return "plain";
}

std::string cell_html(const Cell& cell, const Column& column) {
  std::string text = html_escape(cell.text);
  if (column.code && !cell.text.empty()) text = "<code>" + text + "</code>";
  return fmt::format("<td class=\"{}{}\" data-label=\"{}\">{}</td>", class_of(cell.tone), column.right ? " number" : "",
                     html_escape(column.name), text);
}

std::string table_html(const Table& table, std::string_view kind) {
  std::string head, body;
  for (const Column& column : table.columns) {
    head += fmt::format("<th{}>{}</th>", column.right ? " class=\"number\"" : "", html_escape(column.name));
  }
  for (const auto& row : table.rows) {
    body += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) body += cell_html(row[i], table.columns[i]);
    body += "</tr>\n";
  }
  return fmt::format(
      "<div class=\"scroll\"><table class=\"{}\"><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>\n", kind,
      head, body);
}

std::string list_html(const std::vector<std::string>& lines, std::string_view kind) {
  std::string items;
  for (const std::string& line : lines) items += "<li>" + html_escape(line) + "</li>\n";
  return lines.empty() ? "" : fmt::format("<ul class=\"{}\">{}</ul>\n", kind, items);
}

std::string section(const std::string& title, const std::string& body) {
  return body.empty() ? "" : fmt::format("<section><h2>{}</h2>\n{}</section>\n", html_escape(title), body);
}

std::string details(const std::string& title, const std::string& body) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", html_escape(title), body);
}

// ---- the parts of the page ----

std::string banner(const Analysis& analysis) {
  return fmt::format(
      "<header class=\"banner {}\"><p class=\"word\">{} {}</p>\n<h1>{}</h1>\n<p class=\"meta\">{}</p></header>\n",
      analyse::to_string(analysis.verdict), verdict_mark(analysis.verdict), verdict_word(analysis.verdict),
      html_escape(analysis.headline), html_escape(provenance(analysis)));
}

// `number` is the place among the passes with a timeline, as in chart_data.
std::string charts(int number) {
  const auto figure = [&](const char* kind, const char* title, const char* says) {
    return fmt::format(
        "<figure data-pass=\"{}\" data-chart=\"{}\"><figcaption><b>{}</b> {}</figcaption>"
        "<div class=\"plot\"><canvas role=\"img\" aria-label=\"{}\"></canvas></div></figure>\n",
        number, kind, title, says, title);
  };
  return "<div class=\"charts\">" +
         figure("latency", "Response time", "of the operations that were due at each moment") +
         figure("throughput", "Operations", "due each second, by outcome") +
         figure("lanes", "Statements", "waiting, running, and holding their locks") +
         figure("histogram", "Distribution of response times", "before, during and after the migration") + "</div>\n";
}

std::string pass_html(const Pass& pass, int number) {
  std::string body;
  if (!pass.failure.empty()) body += "<p class=\"bad\">Ended by " + html_escape(pass.failure) + "</p>\n";
  if (!pass.timeline.empty()) body += charts(number);
  if (analyse::is_loaded(pass)) body += "<h3>Phases</h3>\n" + table_html(phases_table(pass), "phases");
  if (!pass.applications.empty()) {
    body += "<h3>Old and new code</h3>\n" + table_html(applications_table(pass), "applications");
  }
  if (!pass.statements.empty()) body += "<h3>Statements</h3>\n" + table_html(statements_table(pass), "statements");
  if (!analyse::is_loaded(pass)) return body;
  for (const std::string& words : {waits_sentence(pass), pool_sentence(pass), delivery_sentence(pass)}) {
    if (!words.empty()) body += "<p>" + html_escape(words) + "</p>\n";
  }
  for (const std::string& words : adversary_sentences(pass)) body += "<p>" + html_escape(words) + "</p>\n";
  return body + details("Each script", table_html(scripts_table(pass), "scripts"));
}

// Those with traffic first: they are what gates and charts are about. `number` counts in the record's order.
std::string passes_html(const Analysis& analysis) {
  std::string loaded, quiet;
  int number = 0;
  for (const Pass& pass : analysis.passes) {
    const std::string title = fmt::format("{} pass: {}", analyse::pass_words(pass.name), durations_sentence(pass));
    (analyse::is_loaded(pass) ? loaded : quiet) += section(title, pass_html(pass, number));
    number += pass.timeline.empty() ? 0 : 1;
  }
  return loaded + quiet;
}

std::string cycle_html(const Analysis& analysis) {
  const analyse::Cycle* cycle = cycle_of(analysis);
  if (!cycle) return "";
  Table facts{{{""}, {""}}, {}};
  for (const auto& [name, value] : cycle_facts(*cycle)) facts.rows.push_back({name, value});
  return table_html(facts, "facts") + list_html(cycle->differences, "differences") + list_html(cycle->notes, "notes");
}

std::string facts_html(const Analysis& analysis) {
  Table facts{{{""}, {""}}, {}};
  for (const auto& [name, value] : server_facts(analysis, Detail::all)) {
    if (!value.empty()) facts.rows.push_back({name, value});
  }
  return table_html(facts, "facts");
}

std::string body(const Analysis& analysis) {
  std::string text = banner(analysis) + "<main>\n";
  if (analysis.verdict == Verdict::inconclusive) {
    text += section("Why inconclusive", list_html(analysis.reasons, "reasons"));
  }
  text += section("Gates", table_html(gates_table(analysis), "gates"));
  text += section("What to do instead", list_html(analysis.advice, "advice"));
  text += passes_html(analysis);
  text += section("Up, down, up again, without traffic", cycle_html(analysis));
  text += "<div class=\"pair\">";
  text += section("Tables", analysis.tables.empty() ? "" : table_html(tables_table(analysis), "tables"));
  text += section("Measured on", facts_html(analysis));
  text += "</div>\n";
  text += section("Not seen", list_html(blind_spots(analysis), "blind"));
  text += section("Notices", list_html(analysis.notices, "notices"));
  return text + "</main>\n";
}

}  // namespace

std::string html(const Analysis& analysis) {
  const std::string title = fmt::format("{}: {}", verdict_word(analysis.verdict), analysis.headline);
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
         "script-src 'unsafe-inline'; img-src data:\">\n<title>" +
         html_escape(title) + "</title>\n<style>\n" + std::string(assets::report_css) + "</style>\n</head>\n<body>\n" +
         body(analysis) + "<script type=\"application/json\" id=\"chart-data\">" + chart_data(analysis) +
         "</script>\n<script>\n" + std::string(assets::chart_js) + "\n</script>\n<script>\n" +
         std::string(assets::report_js) + "</script>\n</body>\n</html>\n";
}

}  // namespace pgrehearse::reports
