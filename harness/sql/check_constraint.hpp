// What a CHECK constraint asks of single columns, as far as it can be told by reading it: comparisons with constants,
// lengths, lists and patterns, joined by AND. Whoever makes rows aims with these terms and has the server judge the
// whole constraint over a sample, because most of SQL can stand in a CHECK and only the server evaluates all of it.
// So a part that is not understood is left out here, and is no error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::sql {

struct CheckTerm {
  // What is compared: the column itself, or how long it is.
  enum class Subject { value, characters, bytes, elements };
  enum class Relation {
    less,
    less_equal,
    greater_equal,
    greater,
    one_of,        // equal to one of `values`; also of equality and of booleans ("true", "false")
    matches,       // a regular expression, as for ~ (and for ~*, since what matches in one case matches in any)
    like,          // a LIKE pattern, with its backslash escapes
    not_null,      // no values
    null,          // likewise
    not_equal,     // to one value
    differs_from,  // the other column named in `values`
    below,         // less than the other column named in `values`, or equal to it
  };
  std::string column;  // "value" in a domain's constraint
  Subject subject = Subject::value;
  Relation relation = Relation::one_of;
  std::vector<std::string> values;  // constants in PostgreSQL's text form; one unless one_of says otherwise

  bool operator==(const CheckTerm&) const = default;
};

struct CheckExpression {
  std::vector<CheckTerm> terms;      // every row must satisfy each of them, a NULL column aside
  std::vector<std::string> columns;  // all that are mentioned anywhere, once each
  // What columns are compared with anywhere: candidates for their values. True and false aside.
  struct Constant {
    std::string column, text;
    bool operator==(const Constant&) const = default;
  };
  std::vector<Constant> constants;
  // `column = expression`, of which the expression, SQL over other columns, is no constant and no column.
  struct Equation {
    std::string column, expression;
    bool operator==(const Equation&) const = default;
  };
  std::vector<Equation> equations;
};

// `expression` is what pg_get_expr() prints for the constraint, without CHECK. An error when it is not SQL that
// libpg_query's grammar knows.
base::Result<CheckExpression> read_check(std::string_view expression);

}  // namespace pgrehearse::sql
