#include "harness/observe/proc_stat.hpp"

#include <array>
#include <charconv>
#include <map>
#include <set>
#include <string>

namespace pgrehearse::observe {
namespace {

std::optional<std::uint64_t> next_number(std::string_view& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

void skip_words(std::string_view& text, int count) {
  for (int i = 0; i < count; ++i) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    text.remove_prefix(std::min(text.find(' '), text.size()));
  }
}

}  // namespace

std::optional<Ticks> parse_machine_busy(std::string_view proc_stat) {
  if (!proc_stat.starts_with("cpu ")) return {};
  std::string_view rest = proc_stat.substr(4, proc_stat.find('\n') - 4);
  enum { user, nice, system, idle, iowait, irq, softirq, steal, fields };
  std::array<Ticks, fields> times{};
  for (Ticks& time : times) {
    const auto number = next_number(rest);
    if (!number) return {};
    time = *number;
  }
  return times[user] + times[nice] + times[system] + times[irq] + times[softirq] + times[steal];
}

std::optional<ProcessTimes> parse_process(std::string_view proc_pid_stat) {
  // pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime ...
  // The name may hold spaces and parentheses: the last one closes it.
  const auto name_end = proc_pid_stat.rfind(')');
  if (name_end == std::string_view::npos) return {};
  const auto pid = next_number(proc_pid_stat);
  std::string_view rest = proc_pid_stat.substr(proc_pid_stat.rfind(')') + 1);
  skip_words(rest, 1);
  const auto parent = next_number(rest);
  skip_words(rest, 9);
  const auto utime = next_number(rest), stime = next_number(rest);
  const auto cutime = next_number(rest), cstime = next_number(rest);
  if (!pid || !parent || !utime || !stime || !cutime || !cstime) return {};
  return ProcessTimes{static_cast<pid_t>(*pid), static_cast<pid_t>(*parent), *utime + *stime, *cutime + *cstime};
}

Ticks tree_busy(const std::vector<ProcessTimes>& processes, pid_t root) {
  std::multimap<pid_t, const ProcessTimes*> children;
  Ticks busy = 0;
  std::vector<pid_t> pending;
  for (const ProcessTimes& process : processes) {
    children.emplace(process.parent, &process);
    if (process.pid != root) continue;
    busy += process.own + process.reaped;
    pending.push_back(root);
  }
  while (!pending.empty()) {
    const auto [begin, end] = children.equal_range(pending.back());
    pending.pop_back();
    for (auto child = begin; child != end; ++child) {
      busy += child->second->own + child->second->reaped;
      pending.push_back(child->second->pid);
    }
  }
  return busy;
}

}  // namespace pgrehearse::observe
