// What a variable of a script holds: nothing (NULL), a number, or a value in PostgreSQL's text form.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace pgrehearse::load {

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

// A script could not go on for a reason that lies in its own arithmetic: a division by zero, an empty range, a table
// without further new rows. It is counted like an error of the server, under the SQLSTATE that PostgreSQL would use.
struct ScriptFailure {
  std::string sqlstate, message;
};

}  // namespace pgrehearse::load
