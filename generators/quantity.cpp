#include "generators/quantity.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "generators/numeric_encoding.hpp"

namespace pgrehearse::generators {
namespace {

using namespace std::chrono;

constexpr sys_days kEpoch{year(2000) / January / 1};
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

bool decimal(Kind kind) {
  return kind == Kind::float4 || kind == Kind::float8 || kind == Kind::numeric || kind == Kind::money;
}

void append_date(std::int64_t days, std::string& out) {
  year_month_day date{kEpoch + std::chrono::days(days)};
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:04}-{:02}-{:02}"), int(date.year()), unsigned(date.month()),
                 unsigned(date.day()));
}

void append_time(std::int64_t micros, std::string& out) {
  std::int64_t seconds = micros / 1'000'000, fraction = micros % 1'000'000;
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:02}:{:02}:{:02}"), seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
  if (fraction != 0) {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE(".{:06}"), fraction);
    while (out.back() == '0') out.pop_back();
  }
}

void append_timestamp(std::int64_t micros, std::string& out) {
  std::int64_t day = micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
  append_date(day, out);
  out += ' ';
  append_time(micros - day * kMicrosPerDay, out);
}

void append_decimal(std::int64_t value, int scale, std::string& out) {
  std::uint64_t magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  if (value < 0) out += '-';
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), magnitude / kPowersOfTen[scale]);
  if (scale > 0) fmt::format_to(std::back_inserter(out), ".{:0{}}", magnitude % kPowersOfTen[scale], scale);
}

// ---- reading -----------------------------------------------------------------------------------------------------

// Takes parts off the front of a text; once a part is missing, ok() is false for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  bool at_end() const { return rest_.empty(); }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::int64_t number() {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || rest_.empty() || rest_.front() == '-') {
      ok_ = false;
      return 0;
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  void expect(char c) { ok_ = skip(c) && ok_; }
  // The digits behind a point, as units of 10^-scale; further digits are dropped.
  std::int64_t fraction(int scale) {
    std::int64_t value = 0;
    int digits = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1), ++digits)
      if (digits < scale) value = value * 10 + (rest_.front() - '0');
    return value * static_cast<std::int64_t>(kPowersOfTen[std::max(scale - digits, 0)]);
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::int64_t read_date(Reader& reader) {
  auto y = static_cast<int>(reader.number());
  reader.expect('-');
  auto m = static_cast<unsigned>(reader.number());
  reader.expect('-');
  auto d = static_cast<unsigned>(reader.number());
  if (!reader.ok() || !year_month_day{year(y), month(m), day(d)}.ok()) {
    reader.fail();
    return 0;
  }
  return days_since_2000(y, m, d);
}

std::int64_t read_time(Reader& reader) {
  std::int64_t seconds = reader.number() * 3600;
  reader.expect(':');
  seconds += reader.number() * 60;
  if (reader.skip(':')) seconds += reader.number();
  return seconds * 1'000'000 + (reader.skip('.') ? reader.fraction(6) : 0);
}

// "+02", "-05:30", "Z" or nothing: what to subtract to get UTC.
std::int64_t read_zone(Reader& reader) {
  if (reader.at_end() || reader.skip('Z')) return 0;
  bool west = reader.skip('-');
  if (!west) reader.expect('+');
  std::int64_t minutes = reader.number() * 60;
  if (reader.skip(':')) minutes += reader.number();
  return (west ? -minutes : minutes) * 60'000'000;
}

std::int64_t read_timestamp(Reader& reader, bool zoned) {
  std::int64_t micros = read_date(reader) * kMicrosPerDay;
  if (reader.at_end()) return micros;
  if (!reader.skip('T')) reader.expect(' ');
  micros += read_time(reader);
  if (zoned) micros -= read_zone(reader);
  return micros;
}

std::int64_t read_decimal(Reader& reader, Unit unit) {
  int scale = unit.scale;
  bool negative = reader.skip('-');
  std::int64_t whole = reader.number();
  if (whole > kMax / static_cast<std::int64_t>(kPowersOfTen[scale]) - 1) reader.fail();
  if (!reader.ok()) return 0;
  std::int64_t value = whole * static_cast<std::int64_t>(kPowersOfTen[scale]);
  if (decimal(unit.kind) && reader.skip('.')) value += reader.fraction(scale);
  return negative ? -value : value;
}

std::optional<std::int64_t> parse_boolean(std::string_view text) {
  for (std::string_view yes : {"t", "true", "yes", "on", "1"})
    if (text == yes) return 1;
  for (std::string_view no : {"f", "false", "no", "off", "0"})
    if (text == no) return 0;
  return std::nullopt;
}

}  // namespace

bool is_quantity(Kind kind) { return kind <= Kind::money || (kind >= Kind::date && kind <= Kind::interval); }

Unit unit_of(const Type& type) {
  switch (type.kind) {
    case Kind::numeric:  // nine decimals are plenty, and leave nine digits before the point in 64 bits
      return {type.kind, type.precision ? std::clamp(type.scale.value_or(0), 0, 9) : 2};
    case Kind::float4:
    case Kind::float8:
    case Kind::money:
      return {type.kind, 2};
    default:
      return {type.kind, 0};
  }
}

std::int64_t largest(const Type& type) {
  switch (type.kind) {
    case Kind::boolean:
      return 1;
    case Kind::int2:
      return 32'767;
    case Kind::int4:
      return 2'147'483'647;
    case Kind::oid:
      return 4'294'967'295;
    case Kind::float4:
      return 1 << 24;  // every integer up to here is exact
    case Kind::float8:
      return std::int64_t{1} << 53;
    case Kind::numeric: {
      int digits = type.precision ? *type.precision - type.scale.value_or(0) + unit_of(type).scale : 18;
      return static_cast<std::int64_t>(kPowersOfTen[std::clamp(digits, 0, 18)]) - 1;
    }
    case Kind::date:
      return days_since_2000(9999, 12, 31);
    case Kind::time:
    case Kind::timetz:
      return kMicrosPerDay - 1;
    case Kind::timestamp:
    case Kind::timestamptz:
      return days_since_2000(9999, 12, 31) * kMicrosPerDay;
    default:
      return kMax / 2;
  }
}

std::int64_t smallest(const Type& type) {
  switch (type.kind) {
    case Kind::boolean:
    case Kind::oid:
    case Kind::time:
    case Kind::timetz:
    case Kind::interval:
      return 0;
    case Kind::date:
      return days_since_2000(1, 1, 1);
    case Kind::timestamp:
    case Kind::timestamptz:
      return days_since_2000(1, 1, 1) * kMicrosPerDay;
    default:
      return -largest(type);
  }
}

void put_quantity(Unit unit, std::int64_t value, Output& out) {
  switch (unit.kind) {
    case Kind::boolean:
      return out.put(static_cast<std::int8_t>(value));
    case Kind::int2:
      return out.put(static_cast<std::int16_t>(value));
    case Kind::int4:
    case Kind::oid:
    case Kind::date:
      return out.put(static_cast<std::int32_t>(value));
    case Kind::float4:
      return out.put_float(
          static_cast<float>(static_cast<double>(value) / static_cast<double>(kPowersOfTen[unit.scale])));
    case Kind::float8:
      return out.put_double(static_cast<double>(value) / static_cast<double>(kPowersOfTen[unit.scale]));
    case Kind::numeric:
      return put_numeric(value, unit.scale, out);
    case Kind::timetz:
      out.put(value);
      return out.put<std::int32_t>(0);  // seconds west of UTC
    case Kind::interval:
      out.put(value);
      return out.put<std::int64_t>(0);  // days, months
    default:
      return out.put(value);
  }
}

void append_quantity(Unit unit, std::int64_t value, std::string& out) {
  switch (unit.kind) {
    case Kind::boolean:
      out += value != 0 ? 't' : 'f';
      return;
    case Kind::date:
      return append_date(value, out);
    case Kind::time:
    case Kind::interval:
      return append_time(value, out);
    case Kind::timetz:
      append_time(value, out);
      out += "+00";
      return;
    case Kind::timestamp:
      return append_timestamp(value, out);
    case Kind::timestamptz:
      append_timestamp(value, out);
      out += "+00";
      return;
    default:
      return append_decimal(value, unit.scale, out);
  }
}

std::optional<std::int64_t> parse_quantity(Unit unit, std::string_view text) {
  if (unit.kind == Kind::boolean) return parse_boolean(text);
  Reader reader(text);
  std::int64_t value = 0;
  switch (unit.kind) {
    case Kind::date:
      value = read_date(reader);
      break;
    case Kind::time:
    case Kind::interval:
      value = read_time(reader);
      break;
    case Kind::timetz:
      value = read_time(reader);
      value -= read_zone(reader);
      break;
    case Kind::timestamp:
      value = read_timestamp(reader, false);
      break;
    case Kind::timestamptz:
      value = read_timestamp(reader, true);
      break;
    default:
      value = read_decimal(reader, unit);
  }
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return value;
}

std::int64_t to_units(Unit unit, double number, bool up) {
  double units = decimal(unit.kind) ? number * static_cast<double>(kPowersOfTen[unit.scale]) : number;
  double nearest = std::round(units);  // 0.1 * 100 is not quite 10
  if (std::abs(units - nearest) > 1e-6 * std::max(1.0, std::abs(units)))
    nearest = up ? std::ceil(units) : std::floor(units);
  return static_cast<std::int64_t>(std::clamp(nearest, -4.6e18, 4.6e18));
}

std::int64_t days_since_2000(int y, unsigned m, unsigned d) {
  return (sys_days(year(y) / month(m) / day(d)) - kEpoch).count();
}

}  // namespace pgrehearse::generators
