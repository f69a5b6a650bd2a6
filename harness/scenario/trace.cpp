#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "harness/scenario/timetable.hpp"

namespace pgrehearse::scenario {
namespace {

constexpr double longest_s = 1e9;  // of a trace: 30 years; nearer to what a Duration holds, sums would overflow

// Takes a number of exactly `digits` digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t digits) {
  int number = 0;
  if (text.size() < digits) return {};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + digits, number);
  if (problem != std::errc{} || end != text.data() + digits || number < 0) return {};
  text.remove_prefix(digits);
  return number;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// "", "Z", "+02", "+0200" or "+02:00": seconds east of UTC.
std::optional<int> offset_s(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const int sign = text.front() == '-' ? -1 : 1;
  if (!skip(text, "+-")) return {};
  const auto hours = digits(text, 2);
  if (!hours) return {};
  skip(text, ":");
  const auto minutes = text.empty() ? 0 : digits(text, 2);
  if (!minutes || !text.empty()) return {};
  return sign * (*hours * 3600 + *minutes * 60);
}

// The fraction of a second after the point, if there is one.
double fraction(std::string_view& text) {
  if (!skip(text, ".,")) return 0;
  double value = 0, unit = 0.1;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), unit /= 10) {
    value += (text.front() - '0') * unit;
  }
  return value;
}

// Seconds since 1970.
std::optional<double> iso_s(std::string_view text) {
  namespace ch = std::chrono;
  const auto year = digits(text, 4);
  if (!year || !skip(text, "-")) return {};
  const auto month = digits(text, 2);
  if (!month || !skip(text, "-")) return {};
  const auto day = digits(text, 2);
  if (!day || !skip(text, "Tt ")) return {};
  const auto hour = digits(text, 2);
  if (!hour || !skip(text, ":")) return {};
  const auto minute = digits(text, 2);
  if (!minute || !skip(text, ":")) return {};
  const auto second = digits(text, 2);
  if (!second || *hour > 24 || *minute > 59 || *second > 60) return {};
  const ch::year_month_day date{ch::year(*year), ch::month(static_cast<unsigned>(*month)),
                                ch::day(static_cast<unsigned>(*day))};
  const double below_s = fraction(text);
  const auto east_s = offset_s(text);
  if (!date.ok() || !east_s) return {};
  const auto midnight_s = ch::sys_days(date).time_since_epoch().count() * 86'400.0;
  return midnight_s + *hour * 3600 + *minute * 60 + *second + below_s - *east_s;
}

std::optional<double> plain_s(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return {};
  return number;
}

std::string_view trimmed(std::string_view line) {
  constexpr const char* blanks = " \t\r";
  const auto first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

Trace trace_of(std::vector<double> moments_s, const std::string& file) {
  // Lines of several writers come nearly in order.
  std::sort(moments_s.begin(), moments_s.end());
  Trace trace{file, {}, {}};
  trace.times.reserve(moments_s.size());
  for (const double at_s : moments_s) trace.times.push_back(base::from_ms((at_s - moments_s.front()) * 1000));
  const Duration last = trace.times.back();
  trace.length = last + last / static_cast<Duration::rep>(trace.times.size() - 1);
  return trace;
}

}  // namespace

base::Result<Trace> parse_trace(std::string_view text, const std::string& file) {
  std::vector<double> moments_s;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto moment = line.size() > 4 && line[4] == '-' ? iso_s(line) : plain_s(line);
    if (!moment) {
      return base::usage_error(fmt::format("'{}' is no timestamp", line.substr(0, 60)),
                               "write seconds such as 12.5, or 2026-03-01T12:00:00.5Z, one a line", {file, number, 1});
    }
    moments_s.push_back(*moment);
  }
  const auto [first, last] = std::minmax_element(moments_s.begin(), moments_s.end());
  if (moments_s.size() < 2 || *first == *last) {
    return base::usage_error("the trace needs two different moments at least", {}, {file, 0, 0});
  }
  if (*last - *first > longest_s) {
    return base::usage_error("the trace is longer than 30 years: does it mix seconds and dates?", {}, {file, 0, 0});
  }
  return trace_of(std::move(moments_s), file);
}

}  // namespace pgrehearse::scenario
