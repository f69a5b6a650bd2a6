#include "harness/base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

namespace pgrehearse::base {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array<Unit, 7> duration_units{
    {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
constexpr std::array<Unit, 5> count_units{{{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}}};
constexpr std::array<Unit, 5> byte_units{
    {{"B", 1}, {"kB", 1024.0}, {"MB", 1048576.0}, {"GB", 1073741824.0}, {"TB", 1099511627776.0}}};

struct Quantity {
  double number;
  std::string_view unit;
};

std::optional<Quantity> split(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (problem != std::errc{} || !std::isfinite(number) || number < 0) return {};
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  return Quantity{number, unit};
}

std::string unit_names(std::span<const Unit> units) {
  std::string names;
  for (const Unit& unit : units) {
    if (unit.name.empty() || unit.name == "µs" || unit.name == "K") continue;
    names += (names.empty() ? "" : ", ") + std::string(unit.name);
  }
  return names;
}

Result<double> parse(std::string_view text, std::string_view what, std::string_view example,
                     std::span<const Unit> units) {
  const auto quantity = split(text);
  if (!quantity) {
    return usage_error(fmt::format("'{}' is not a {}", text, what), fmt::format("write it like {}", example));
  }
  for (const Unit& unit : units) {
    if (quantity->unit == unit.name) return quantity->number * unit.factor;
  }
  if (quantity->number == 0 && quantity->unit.empty()) return 0.0;
  if (quantity->unit.empty()) {
    return usage_error(fmt::format("'{}' has no unit", text),
                       fmt::format("a {} needs one of {}, as in {}", what, unit_names(units), example));
  }
  return usage_error(fmt::format("'{}' has the unknown unit '{}'", text, quantity->unit),
                     fmt::format("a {} takes one of {}, as in {}", what, unit_names(units), example));
}

Result<std::uint64_t> whole(const Result<double>& number, std::string_view text) {
  if (!number) return number.errors();
  if (*number != std::floor(*number) || *number > 9e15) {
    return usage_error(fmt::format("'{}' is not a whole number that can be counted", text));
  }
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const auto ns = parse(text, "duration", "250ms or 2m", duration_units);
  if (!ns) return ns.errors();
  if (*ns > 9e18) return usage_error(fmt::format("'{}' is longer than a rehearsal can be", text));
  return Duration{static_cast<Duration::rep>(std::llround(*ns))};
}

Result<std::uint64_t> parse_count(std::string_view text) {
  return whole(parse(text, "count", "100k or 40M", count_units), text);
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  const auto bytes = parse(text, "size", "512MB or 4GB", byte_units);
  if (!bytes) return bytes.errors();
  return whole(std::floor(*bytes), text);
}

Result<double> parse_rate(std::string_view text) {
  const auto slash = text.rfind('/');
  const std::string_view per = slash == std::string_view::npos ? "" : text.substr(slash + 1);
  const double seconds = per == "s" ? 1 : per == "m" ? 60 : per == "h" ? 3600 : 0;
  if (seconds == 0) {
    return usage_error(fmt::format("'{}' is not a rate", text), "say how many per what, as in 500/s or 30/m");
  }
  const auto count = parse(text.substr(0, slash), "rate", "500/s", count_units);
  if (!count) return count.errors();
  if (*count == 0) return usage_error("a rate of zero sends nothing", "give a rate above zero, as in 500/s");
  return *count / seconds;
}

Result<double> parse_fraction(std::string_view text) {
  const auto quantity = split(text);
  if (quantity && quantity->unit == "%") return quantity->number / 100;
  if (quantity && quantity->unit.empty() && quantity->number <= 1) return quantity->number;
  return usage_error(fmt::format("'{}' is not a share", text), "write it like 5% or 0.05");
}

std::string format_duration(Duration duration) {
  const double ns = static_cast<double>(duration.count());
  if (std::abs(ns) < 999.5) return fmt::format("{:.0f} ns", ns);
  if (std::abs(ns) < 99950) return fmt::format("{:.2f} ms", ns / 1e6);
  const auto digits = [](double value) { return value < 9.995 ? 2 : value < 99.95 ? 1 : 0; };
  if (std::abs(ns) < 999.5e6) return fmt::format("{:.{}f} ms", ns / 1e6, digits(ns / 1e6));
  if (std::abs(ns) < 119.5e9) return fmt::format("{:.{}f} s", ns / 1e9, digits(ns / 1e9));
  const auto seconds = std::llround(ns / 1e9);
  if (seconds < 7200) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds % 3600 / 60);
}

std::string format_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string format_short(double count) {
  for (const Unit& unit : {Unit{"G", 1e9}, Unit{"M", 1e6}, Unit{"k", 1e3}}) {
    if (count < unit.factor * 0.9995) continue;
    const double scaled = count / unit.factor;
    return fmt::format("{:.{}f}{}", scaled, scaled == std::floor(scaled) || scaled >= 99.95 ? 0 : 1, unit.name);
  }
  return fmt::format("{:.0f}", count);
}

std::string format_bytes(std::uint64_t bytes) {
  const double value = static_cast<double>(bytes);
  for (std::size_t i = byte_units.size() - 1; i > 0; --i) {
    const double scaled = value / byte_units[i].factor;
    if (scaled >= 0.9995) return fmt::format("{:.{}f} {}", scaled, scaled < 9.95 ? 1 : 0, byte_units[i].name);
  }
  return fmt::format("{} B", bytes);
}

}  // namespace pgrehearse::base
