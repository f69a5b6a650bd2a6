#include "harness/profile/value_order.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

namespace pgrehearse::profile {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || std::isnan(value)) return {};
  return value;
}

// "14:30:05.25" and "14:30:05+00".
std::optional<double> seconds_of_day(const std::string& text) {
  int hours = 0, minutes = 0;
  double seconds = 0;
  if (std::sscanf(text.c_str(), "%d:%d:%lf", &hours, &minutes, &seconds) != 3) return {};
  return hours * 3600.0 + minutes * 60.0 + seconds;
}

// "2024-02-29", "2024-02-29 14:30:05.25", and the latter with "+00", as a server in UTC with ISO dates writes them.
std::optional<double> time(const std::string& text) {
  if (text == "infinity") return infinite;
  if (text == "-infinity") return -infinite;
  if (text.ends_with(" BC")) return {};
  int year = 0, used = 0;
  unsigned month = 0, day = 0;
  if (std::sscanf(text.c_str(), "%d-%u-%u%n", &year, &month, &day, &used) != 3) return seconds_of_day(text);
  using namespace std::chrono;
  const double days = static_cast<double>(
      sys_days(year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)))
          .time_since_epoch()
          .count());
  if (static_cast<std::size_t>(used) == text.size()) return days * 86400;
  const auto rest = seconds_of_day(text.substr(static_cast<std::size_t>(used) + 1));
  return rest ? std::optional(days * 86400 + *rest) : std::nullopt;
}

constexpr std::array numbers{"smallint", "integer", "bigint", "real", "double precision", "numeric", "oid"};
constexpr std::array times{"date", "timestamp", "time"};

}  // namespace

OrderKind order_kind(std::string_view type) {
  if (type.find('[') != std::string_view::npos) return OrderKind::none;
  if (type == "boolean") return OrderKind::boolean;
  for (const std::string_view name : numbers) {
    if (type.starts_with(name)) return OrderKind::number;
  }
  for (const std::string_view name : times) {
    // Times of day with a zone are ordered by the instant, of which their text does not tell.
    if (type.starts_with(name)) {
      return type.starts_with("time") && !type.starts_with("timestamp") && type.ends_with("with time zone")
                 ? OrderKind::none
                 : OrderKind::time;
    }
  }
  return OrderKind::none;
}

std::optional<double> position(OrderKind kind, std::string_view value) {
  switch (kind) {
    case OrderKind::none:
      return {};
    case OrderKind::number:
      return number(value);
    case OrderKind::boolean:
      return value == "t" || value == "true" ? 1 : 0;
    case OrderKind::time:
      return time(std::string(value));
  }
  return {};
}

}  // namespace pgrehearse::profile
