#include "reports/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "harness/analyse/phases.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"
#include "reports/content.hpp"
#include "reports/text_layout.hpp"

namespace pgrehearse::reports {
namespace {

class Page {
 public:
  explicit Page(const TextStyle& style) : style_(style) {}

  void line(const std::string& text = {}) { text_ += text + "\n"; }
  // Wrapped; the first line begins with `lead`, the others are indented below it.
  void paragraph(const std::string& lead, const std::string& words, Tone tone = Tone::plain) {
    const std::size_t indent = display_width(lead);
    const auto lines = wrap(printable(words), style_.width - indent);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      line((i == 0 ? lead : std::string(indent, ' ')) + tinted(lines[i], tone, style_));
    }
  }
  // "── title ─────────"
  void heading(const std::string& title) {
    const std::string words = printable(title);
    const std::size_t used = display_width(words) + 4;
    std::string rule;
    for (std::size_t i = used; i < style_.width; ++i) rule += "─";
    line();
    line(tinted("──", Tone::faint, style_) + " " + bold(words, style_) + " " + tinted(rule, Tone::faint, style_));
  }
  void table(const Table& table, std::size_t indent = 2) { text_ += aligned(table, indent, style_); }
  const TextStyle& style() const { return style_; }
  std::string take() { return std::move(text_); }

 private:
  TextStyle style_;
  std::string text_;
};

void add_verdict(Page& page, const Analysis& analysis) {
  const std::string word(verdict_word(analysis.verdict));
  const auto lines = wrap(printable(analysis.headline), page.style().width - word.size() - 3);
  page.line(" " + bold(tinted(word, tone_of(analysis.verdict), page.style()), page.style()) + "  " +
            bold(lines.front(), page.style()));
  const std::string indent(word.size() + 3, ' ');
  for (std::size_t i = 1; i < lines.size(); ++i) page.line(indent + bold(lines[i], page.style()));
  page.paragraph(indent, provenance(analysis), Tone::faint);
}

// The evidence under each gate that did not pass; the others in one line each.
void add_gates(Page& page, const Analysis& analysis) {
  page.heading("gates");
  const auto longest = [&](auto member) {
    std::size_t width = 0;
    for (const analyse::Gate& gate : analysis.gates) width = std::max(width, display_width(gate.*member));
    return width;
  };
  const std::size_t ids = longest(&analyse::Gate::id), actuals = longest(&analyse::Gate::actual);
  for (const analyse::Gate& gate : analysis.gates) {
    const Tone tone = tone_of(gate.outcome);
    const std::string limit = gate.unit == "bool" ? "" : "  limit " + gate.limit;
    page.line(fmt::format("  {} {}  {}{}", tinted(verdict_mark(gate.outcome), tone, page.style()),
                          pad(gate.id, ids, false), tinted(pad(gate.actual, actuals, true), tone, page.style()),
                          tinted(limit, Tone::faint, page.style())));
    if (gate.outcome != Verdict::pass) page.paragraph("      ", gate.because);
  }
}

void add_list(Page& page, const std::string& title, const std::vector<std::string>& lines, const char* bullet = "•") {
  if (lines.empty()) return;
  page.heading(title);
  for (const std::string& text : lines) page.paragraph(fmt::format("  {} ", bullet), text);
}

// The place keeps its ends, and the statement at least a third of the line.
std::string statement_title(const StatementRuns::Group& group, std::size_t width) {
  const std::string place = printable(group.place), sql = printable(group.sql);
  const std::size_t for_sql = std::min(display_width(sql), width / 3);
  return cut(cut_middle(place, width - 2 - for_sql) + "  " + sql, width);
}

// One header for all, each statement's text above its rows.
void add_statements(Page& page, const Pass& pass) {
  const StatementRuns statements = statement_runs(pass);
  if (statements.groups.empty()) return;
  std::istringstream lines(aligned(statements.runs, 4, page.style()));
  std::string line;
  std::getline(lines, line);
  page.line(line);
  for (const StatementRuns::Group& group : statements.groups) {
    page.line("  " + bold(statement_title(group, page.style().width - 2), page.style()));
    for (std::size_t i = 0; i < group.count && std::getline(lines, line); ++i) page.line(line);
  }
}

void add_pass(Page& page, const Pass& pass) {
  const bool loaded = analyse::is_loaded(pass);
  page.heading(fmt::format("{} pass{}", analyse::pass_words(pass.name), loaded ? "" : ": " + durations_sentence(pass)));
  if (!pass.failure.empty()) page.paragraph("  ", "ended by " + pass.failure, Tone::bad);
  if (loaded) page.table(phases_table(pass));
  if (loaded) page.line();
  if (!pass.applications.empty()) {
    page.table(applications_table(pass));
    page.line();
  }
  add_statements(page, pass);
  if (!loaded) return;
  page.line();
  for (const std::string& words : {waits_sentence(pass), pool_sentence(pass), delivery_sentence(pass)}) {
    if (!words.empty()) page.paragraph("  ", words);
  }
  for (const std::string& words : adversary_sentences(pass)) page.paragraph("  ", words);
}

void add_cycle(Page& page, const Analysis& analysis) {
  const analyse::Cycle* cycle = cycle_of(analysis);
  if (!cycle) return;
  page.heading("up, down, up again (without traffic)");
  for (const auto& [name, value] : cycle_facts(*cycle)) {
    page.line(fmt::format("  {}  {}", pad(name, 17, false), tinted(value.text, value.tone, page.style())));
  }
  for (const std::string& difference : cycle->differences) page.paragraph("    ≠ ", difference);
  for (const std::string& note : cycle->notes) page.paragraph("    · ", note, Tone::faint);
}

void add_facts(Page& page, const Analysis& analysis) {
  page.heading("measured on");
  std::string facts;
  for (const auto& [name, value] : server_facts(analysis, Detail::few)) {
    if (value.empty()) continue;
    if (!facts.empty()) facts += " · ";
    facts += name;
    facts += " " + value;
  }
  page.paragraph("  ", facts);
}

}  // namespace

std::string terminal(const Analysis& analysis, const TerminalOptions& options) {
  Page page({options.colour, std::max<std::size_t>(options.width, 60)});
  add_verdict(page, analysis);
  add_gates(page, analysis);
  if (analysis.verdict == Verdict::inconclusive) add_list(page, "why inconclusive", analysis.reasons, "?");
  add_list(page, "what to do instead", analysis.advice, "→");
  for (const Pass& pass : analysis.passes) add_pass(page, pass);
  add_cycle(page, analysis);
  if (!analysis.tables.empty()) {
    page.heading("tables");
    page.table(tables_table(analysis));
  }
  add_facts(page, analysis);
  add_list(page, "not seen", blind_spots(analysis));
  add_list(page, "notices", analysis.notices);
  return page.take();
}

}  // namespace pgrehearse::reports
