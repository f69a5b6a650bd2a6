#include "reports/markdown.hpp"

#include <fmt/format.h>

#include "harness/analyse/phases.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"
#include "reports/content.hpp"
#include "reports/escape.hpp"

namespace pgrehearse::reports {
namespace {

std::string cell_text(const Cell& cell, const Column& column) {
  if (cell.text == nothing) return cell.text;
  const std::string text = column.code ? markdown_code(cell.text) : markdown_escape(cell.text);
  return cell.tone == Tone::bad ? "**" + text + "**" : text;
}

std::string table_text(const Table& table) {
  std::string names = "|", rule = "|", rows;
  for (const Column& column : table.columns) {
    names += " " + markdown_escape(column.name) + " |";
    rule += column.right ? " ---: |" : " --- |";
  }
  for (const auto& row : table.rows) {
    rows += "|";
    for (std::size_t i = 0; i < row.size(); ++i) rows += " " + cell_text(row[i], table.columns[i]) + " |";
    rows += "\n";
  }
  return names + "\n" + rule + "\n" + rows;
}

std::string list_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "- " + markdown_escape(line) + "\n";
  return text;
}

std::string details(const std::string& title, const std::string& body) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", html_escape(title), body);
}

std::string verdict_part(const Analysis& analysis) {
  std::string text = fmt::format("## {} {}: {}\n\n", verdict_mark(analysis.verdict), verdict_word(analysis.verdict),
                                 markdown_escape(analysis.headline));
  if (analysis.verdict == Verdict::inconclusive) text += list_text(analysis.reasons) + "\n";
  text += table_text(gates_table(analysis)) + "\n";
  if (!analysis.advice.empty()) text += "**What to do instead**\n\n" + list_text(analysis.advice) + "\n";
  return text;
}

std::string cycle_part(const Analysis& analysis) {
  const analyse::Cycle* cycle = cycle_of(analysis);
  if (!cycle) return "";
  std::vector<std::string> facts;
  for (const auto& [name, value] : cycle_facts(*cycle)) facts.push_back(name + ": " + value.text);
  for (const std::string& difference : cycle->differences) facts.push_back("≠ " + difference);
  for (const std::string& note : cycle->notes) facts.push_back("note: " + note);
  return "**Up, down, up again**\n\n" + list_text(facts) + "\n";
}

std::string pass_part(const Pass& pass) {
  const std::string title = fmt::format("{} pass: {}", analyse::pass_words(pass.name), durations_sentence(pass));
  std::string body;
  if (!pass.failure.empty()) body += "Ended by " + markdown_code(pass.failure) + "\n\n";
  if (analyse::is_loaded(pass)) body += table_text(phases_table(pass)) + "\n";
  if (!pass.applications.empty()) body += table_text(applications_table(pass)) + "\n";
  if (!pass.statements.empty()) body += table_text(statements_table(pass)) + "\n";
  if (!analyse::is_loaded(pass)) return details(title, body);
  for (const std::string& words : {waits_sentence(pass), pool_sentence(pass), delivery_sentence(pass)}) {
    if (!words.empty()) body += "- " + markdown_escape(words) + "\n";
  }
  for (const std::string& words : adversary_sentences(pass)) body += "- " + markdown_escape(words) + "\n";
  return details(title, body);
}

std::string facts_part(const Analysis& analysis) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : server_facts(analysis, Detail::all)) {
    if (!value.empty()) lines.push_back(name + ": " + value);
  }
  std::string body = table_text(tables_table(analysis)) + "\n" + list_text(lines);
  const auto blind = blind_spots(analysis);
  if (!blind.empty()) body += "\n**Not seen**\n\n" + list_text(blind);
  if (!analysis.notices.empty()) body += "\n**Notices**\n\n" + list_text(analysis.notices);
  return details("Tables, server and what was not seen", body);
}

}  // namespace

std::string markdown(const Analysis& analysis, std::size_t limit_bytes) {
  const std::string end = "<sub>" + markdown_escape(provenance(analysis)) + "</sub>\n";
  const std::string left_out = "*More did not fit here; report.html has all of it.*\n\n";
  std::vector<std::string> parts{cycle_part(analysis)};
  for (const Pass& pass : analysis.passes) parts.push_back(pass_part(pass));
  parts.push_back(facts_part(analysis));

  std::string text = verdict_part(analysis);
  bool all = true;
  for (const std::string& part : parts) {
    const bool fits = text.size() + part.size() + left_out.size() + end.size() <= limit_bytes;
    if (fits) text += part;
    all = all && fits;
  }
  return text + (all ? "" : left_out) + end;
}

}  // namespace pgrehearse::reports
