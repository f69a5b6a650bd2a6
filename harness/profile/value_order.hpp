// Values in PostgreSQL's text form as positions on a line, where that can be told without a server: numbers, booleans,
// dates and times. Text is ordered by collations, enums by their declaration: not here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgrehearse::profile {

enum class OrderKind { none, number, boolean, time };

// Of a type as the server calls it: "numeric(10,2)", "timestamp with time zone".
OrderKind order_kind(std::string_view type);

// Equal distances mean equal differences (times in seconds). None: not to be told, e.g. BC or an interval.
std::optional<double> position(OrderKind kind, std::string_view value);

}  // namespace pgrehearse::profile
