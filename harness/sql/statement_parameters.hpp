// What the parameters of a statement stand for: the columns that they are compared with, inserted into or assigned to.
// Read from the parse tree alone, so a column without a table's name is told with all tables in which it may be.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::sql {

// A table as it stands in the statement: two times in a join are two.
struct TableUse {
  std::string schema, name;  // as stored; the schema is empty where none is written
};

enum class Role {
  equal,     // the column's own value finds the row: =, @>, <@, &&, IS DISTINCT FROM, CASE column WHEN
  element,   // one of a list: IN ($1, $2)
  array,     // all of a list: = ANY ($1)
  like,      // a pattern of LIKE
  regex,     // a regular expression of ~
  above,     // the column is above it: column > $1, BETWEEN $1 AND ...
  below,     // the column is below it
  inserted,  // a new row's value
  assigned,  // SET column = $1
  step,      // added to a column or taken from it
  limit,
  offset,
  field,     // of EXTRACT: epoch, year, ...
  unit,      // of date_trunc() and date_part(): day, hour, ...
  constant,  // a result column of its own, or compared with another constant: any value will do
  free,      // part of an expression: `what` says of which; any value of its type may do
  unknown,   // `what` says why nothing can be said
};

struct Parameter {
  int number = 0;
  Role role = Role::unknown;
  std::vector<std::size_t>
      tables;                // positions in ParameterUses::tables: the column is in one of them, the likeliest first
  std::string column;        // as stored; empty: by `position`
  std::size_t position = 0;  // of an INSERT without names: the column's, from 0
  std::size_t row = 0;       // element: which of the list; inserted: of which row
  bool nested = false;       // in CASE or COALESCE: the server does not see the column's type
  std::string function;      // "lower": the column is compared through it
  std::string type;          // that it is cast to in the statement; empty: none
  std::string what;          // "an argument of nextval()"
};

struct ParameterUses {
  enum class Kind { select, insert, update, remove };
  struct Place {
    std::size_t offset = 0, length = 0;  // of "$1" in the text, in bytes
    int number = 0;
  };
  Kind kind = Kind::select;
  std::vector<TableUse> tables;       // of an INSERT, UPDATE or DELETE its target first
  std::vector<Parameter> parameters;  // each number once, ascending
  std::vector<Place> places;          // ascending
  bool limited = false;               // the statement itself has a LIMIT
};

// None when the text is no single SELECT, INSERT, UPDATE or DELETE.
std::optional<ParameterUses> read_parameters(const std::string& statement);

}  // namespace pgrehearse::sql
