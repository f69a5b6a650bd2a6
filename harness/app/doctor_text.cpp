#include <fmt/format.h>

#include <algorithm>

#include "harness/app/diagnosis.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::app {
namespace {

using reports::Tone;

constexpr std::size_t subject_width = 12;

class Page {
 public:
  explicit Page(const reports::TextStyle& style) : style_(style) {}

  void heading(const std::string& title) { text_ += "\n " + reports::bold(title, style_) + "\n"; }
  // "  ✓ subject     words", the words wrapped below themselves.
  void line(Tone tone, const std::string& subject, const std::string& words) {
    const std::string indent(subject_width + 6, ' ');
    const auto lines = reports::wrap(reports::printable(words), style_.width - indent.size());
    text_ += fmt::format("  {} {}  {}\n", reports::tinted(mark(tone), tone, style_),
                         reports::pad(reports::printable(subject), subject_width, false), lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i) text_ += indent + lines[i] + "\n";
  }
  void add(const std::string& text) { text_ += text; }
  const reports::TextStyle& style() const { return style_; }
  std::string take() { return std::move(text_); }

 private:
  static const char* mark(Tone tone) {
    return tone == Tone::good ? "✓" : tone == Tone::bad ? "✗" : tone == Tone::doubt ? "!" : "·";
  }
  reports::TextStyle style_;
  std::string text_;
};

void add_verdict(Page& page, const Diagnosis& diagnosis) {
  const auto found = obstacles(diagnosis);
  const Tone tone = found.empty() ? Tone::good : Tone::bad;
  page.add(" " +
           reports::bold(reports::tinted(found.empty() ? "READY" : "NOT READY", tone, page.style()), page.style()));
  page.add(found.empty() ? "  a rehearsal can run here\n" : "  no rehearsal can run here\n");
  for (const std::string& obstacle : found) page.line(Tone::bad, "", obstacle);
}

void add_servers(Page& page, const Diagnosis& diagnosis) {
  page.heading("servers");
  if (diagnosis.binaries.empty()) page.line(Tone::faint, "PostgreSQL", "no server programs found");
  for (const auto& binaries : diagnosis.binaries) {
    const bool old = binaries.major < provision::oldest_supported_major;
    const std::string why =
        old ? fmt::format(", too old: {} or newer is needed", provision::oldest_supported_major) : "";
    page.line(old ? Tone::doubt : Tone::good, "PostgreSQL", binaries.version + " in " + binaries.folder + why);
  }
  if (!diagnosis.user_trouble.empty()) page.line(Tone::doubt, "user", diagnosis.user_trouble);
  for (const auto& engine : diagnosis.engines) {
    if (engine.program.empty()) {
      page.line(Tone::faint, engine.name, "not installed");
    } else if (engine.usable()) {
      page.line(Tone::good, engine.name, engine.version + (engine.endpoint.empty() ? "" : " at " + engine.endpoint));
    } else {
      page.line(Tone::doubt, engine.name, engine.trouble);
    }
  }
}

std::string disk_words(const Disk& disk) {
  std::string words = fmt::format("{} free in {}{}", base::format_bytes(disk.free_bytes), disk.folder,
                                  disk.file_system.empty() ? "" : " (" + disk.file_system + ")");
  if (!disk.writable) words += ", which cannot be written";
  if (!disk.need) return words;
  return words + fmt::format("; the scenario's {} rows need about {}, with a clone and a rewrite",
                             base::format_count(disk.need->rows), base::format_bytes(disk.need->bytes));
}

void add_machine(Page& page, const Diagnosis& diagnosis) {
  page.heading("machine");
  const record::MachineFacts& machine = diagnosis.machine;
  const bool cpu_limited = diagnosis.usable_cpus < machine.cores;
  page.line(
      Tone::good, "processors",
      fmt::format("{}{} of {}", machine.cores,
                  cpu_limited ? fmt::format(", {:.3g} within the control group's limit,", diagnosis.usable_cpus) : "",
                  machine.processor));
  const bool memory_limited = diagnosis.usable_memory_bytes < machine.memory_bytes;
  page.line(Tone::good, "memory",
            base::format_bytes(machine.memory_bytes) +
                (memory_limited ? fmt::format(", {} within the control group's limit",
                                              base::format_bytes(diagnosis.usable_memory_bytes))
                                : ""));
  const Disk& disk = diagnosis.disk;
  const bool enough = disk.writable && (!disk.need || disk.free_bytes >= disk.need->bytes);
  page.line(enough ? Tone::good : Tone::bad, "disk", disk_words(disk));

  constexpr base::Duration tolerable = std::chrono::milliseconds(5);
  const ClockFacts& clock = diagnosis.clock;
  page.line(clock.late_p99 > tolerable ? Tone::doubt : Tone::good, "clock",
            fmt::format("{}, resolution {} ns; a wait of 1 ms ends {} late (median), {} (99th percentile){}",
                        clock.source.empty() ? "unknown source" : clock.source, clock.resolution.count(),
                        base::format_duration(clock.late_median), base::format_duration(clock.late_p99),
                        clock.late_p99 > tolerable ? ": the machine is busy, and traffic will be sent late" : ""));
}

void add_leftovers(Page& page, const Diagnosis& diagnosis) {
  page.heading("left by earlier runs");
  for (const std::string& name : diagnosis.removed) page.line(Tone::good, "removed", name);
  for (const Remainder& left : diagnosis.leftovers) {
    page.line(Tone::doubt, "left",
              fmt::format("{} ({}); `pgrehearse doctor --clean` removes it", left.name, left.whose));
  }
  for (const Remainder& kept : diagnosis.kept) {
    page.line(Tone::faint, "kept",
              fmt::format("{} ({}); `pgrehearse doctor --clean` removes it", kept.name, kept.whose));
  }
  if (diagnosis.cache) {
    page.line(Tone::faint, "cache",
              fmt::format("{} databases, {} in {}", diagnosis.cache->entries,
                          base::format_bytes(diagnosis.cache->bytes), diagnosis.cache->folder));
  }
  for (const std::string& failure : diagnosis.failures) page.line(Tone::bad, "failed", failure);
  if (diagnosis.removed.empty() && diagnosis.leftovers.empty() && diagnosis.kept.empty())
    page.line(Tone::good, "nothing", "");
}

void add_missing(Page& page, const Diagnosis& diagnosis) {
  const auto lacking = missing(diagnosis);
  if (lacking.empty()) return;
  page.heading("to install");
  for (const Missing& one : lacking) {
    page.line(one.required ? Tone::bad : Tone::faint, one.required ? "needed" : "optional",
              one.what + ": " + one.command);
  }
}

}  // namespace

std::string doctor_text(const Diagnosis& diagnosis, const reports::TextStyle& style) {
  Page page({style.colour, std::max<std::size_t>(style.width, 60)});
  add_verdict(page, diagnosis);
  add_servers(page, diagnosis);
  add_machine(page, diagnosis);
  add_leftovers(page, diagnosis);
  add_missing(page, diagnosis);
  return page.take();
}

}  // namespace pgrehearse::app
