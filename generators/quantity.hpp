// Scalars that are whole numbers of some unit at heart: cents, days, microseconds, hundredths. One 64-bit number makes
// them countable, comparable with limits, and quick to encode.
//
// Binary forms: PostgreSQL's int*recv, float*recv, numeric_recv, cash_recv, date_recv, time*_recv, timestamp*_recv and
// interval_recv (src/backend/utils/adt). Times count from 2000-01-01.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "generators/output.hpp"
#include "generators/shape.hpp"

namespace pgrehearse::generators {

struct Unit {
  Kind kind = Kind::int8;
  int scale = 0;  // float4, float8, numeric: one unit is 10^-scale
};

// boolean, integers, oid, floats, numeric, money, date, time*, timestamp*, interval
bool is_quantity(Kind kind);
// For `type`: the decimals that values of it are made with.
Unit unit_of(const Type& type);
// The largest and smallest that the type (with its precision) and 64 bits of the unit can hold.
std::int64_t smallest(const Type& type);
std::int64_t largest(const Type& type);

void put_quantity(Unit unit, std::int64_t value, Output& out);
void append_quantity(Unit unit, std::int64_t value, std::string& out);
// Text as people and PostgreSQL write it ("12.5", "2024-01-31", "2024-01-31 10:00:00+02"); none when it is not such.
std::optional<std::int64_t> parse_quantity(Unit unit, std::string_view text);
// A number of the user (12.5) in units; saturates. `up` rounds up, otherwise down.
std::int64_t to_units(Unit unit, double number, bool up);

inline constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
// Days since 2000-01-01.
std::int64_t days_since_2000(int year, unsigned month, unsigned day);

}  // namespace pgrehearse::generators
