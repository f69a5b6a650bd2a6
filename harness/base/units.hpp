// Quantities as people write and read them. Reading is strict: a number without a unit is an error that says so,
// because "timeout: 500" has meant both seconds and milliseconds in every tool that allowed it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::base {

// "250ms", "2.5s", "2m", "1h", "10us"; "0" alone needs no unit. Never negative.
Result<Duration> parse_duration(std::string_view text);
// "100", "10k", "40M", "1.5M", "2G" (decimal multipliers, as for rows). The result is whole.
Result<std::uint64_t> parse_count(std::string_view text);
// "64kB", "512MB", "4GB", "1TB" (binary multipliers, as PostgreSQL reads them); "0" alone needs no unit.
Result<std::uint64_t> parse_bytes(std::string_view text);
// Operations a second: "500/s", "30/m", "2k/s".
Result<double> parse_rate(std::string_view text);
// "5%" or "0.05", as a fraction.
Result<double> parse_fraction(std::string_view text);

// For people, three significant digits: "0.82 ms", "18.3 s", "2 min 05 s".
std::string format_duration(Duration duration);
inline std::string format_ms(double ms) { return format_duration(from_ms(ms)); }
std::string format_count(std::uint64_t count);  // "1,000,000"
std::string format_short(double count);         // "1.2M"
std::string format_bytes(std::uint64_t bytes);  // "116 MB" (binary multipliers, as PostgreSQL prints them)

}  // namespace pgrehearse::base
