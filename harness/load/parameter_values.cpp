#include "harness/load/parameter_values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/load/script.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::load {
namespace {

using generators::Kind;
using sql::Parameter;
using sql::Role;

// Below this many further rows, a busy insert would run out of new keys.
constexpr std::uint64_t rows_to_insert = 10'000;
constexpr double most_in_a_list = 10, most_in_a_page = 1000;

bool is_whole(Kind kind) { return kind == Kind::int2 || kind == Kind::int4 || kind == Kind::int8; }
bool is_number(Kind kind) {
  return is_whole(kind) || kind == Kind::numeric || kind == Kind::float4 || kind == Kind::float8 || kind == Kind::money;
}
bool is_time(Kind kind) { return kind == Kind::date || kind == Kind::timestamp || kind == Kind::timestamptz; }

template <class Groups>
bool contains(const Groups& groups, std::size_t column) {
  return std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
    return std::find(group.columns.begin(), group.columns.end(), column) != group.columns.end();
  });
}

ParameterValues::Value because(std::string reason) { return {"", std::move(reason), ""}; }

// Any value of the type, in SQL; empty: none is known.
std::string constant_of(const std::string& type) {
  static const std::set<std::string> numbers{"smallint", "integer", "bigint", "numeric",          "int2",   "int4",
                                             "int8",     "real",    "oid",    "double precision", "float4", "float8"};
  static const std::set<std::string> texts{"text",   "character varying", "varchar", "citext", "character", "name",
                                           "bpchar", "tsquery",           "unknown"};
  if (numbers.count(type)) return "1";
  if (texts.count(type)) return "'1'";
  if (type == "regconfig") return "'simple'";
  if (type == "boolean" || type == "bool") return "true";
  if (type == "interval") return "'1 day'";
  if (type == "uuid") return "gen_random_uuid()";
  if (type == "json" || type == "jsonb" || type.ends_with("[]")) return "'{}'";
  if (type == "date" || type.starts_with("timestamp")) return "now()";
  return "";
}

}  // namespace

ParameterValues::ParameterValues(const generators::Generator& tables, const std::vector<AccessPath>& paths,
                                 const sql::ParameterUses& uses, const std::vector<std::string>& types, double rows,
                                 Draft& draft)
    : tables_(tables), paths_(paths), uses_(uses), types_(types), rows_(rows), draft_(draft) {}

std::optional<std::size_t> ParameterValues::find_table(const sql::TableUse& use) const {
  std::optional<std::size_t> found;
  const auto& all = tables_.shape().tables;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name != use.name || (!use.schema.empty() && all[i].schema != use.schema)) continue;
    if (!found || all[i].schema == "public") found = i;
  }
  return found;
}

std::optional<ParameterValues::Column> ParameterValues::resolve(const Parameter& parameter) const {
  for (const std::size_t use : parameter.tables) {
    const auto table = find_table(uses_.tables[use]);
    if (!table) continue;
    const auto& columns = tables_.shape().tables[*table].columns;
    if (parameter.column.empty() && parameter.position < columns.size()) return Column{use, *table, parameter.position};
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](auto& c) { return c.name == parameter.column; });
    if (found != columns.end()) return Column{use, *table, static_cast<std::size_t>(found - columns.begin())};
  }
  return {};
}

ParameterValues::Value ParameterValues::value(const Parameter& parameter) {
  switch (parameter.role) {
    case Role::limit: {
      const double page = std::clamp(std::ceil(rows_), 1.0, most_in_a_page);
      return {fmt::format("{:.0f}", page), "", "the rows that a call found in production"};
    }
    case Role::offset:
      return {"0", "", "the first page"};
    case Role::field:
      return {"'epoch'", "", "a field"};
    case Role::unit:
      return {"'day'", "", "a unit"};
    case Role::unknown:
      return because(fmt::format("${} is {}", parameter.number, parameter.what));
    case Role::constant:
    case Role::free:
      return by_type(parameter);
    default:
      break;
  }
  const auto at = resolve(parameter);
  return at ? of_column(parameter, *at) : by_type(parameter);
}

ParameterValues::Value ParameterValues::of_column(const Parameter& parameter, const Column& at) {
  const bool needs_rows = parameter.role != Role::inserted && parameter.role != Role::step;
  if (needs_rows && tables_.rows(at.table) == 0) return because(fmt::format("{} has no rows", label(shape(at))));
  Value value = by_role(parameter, at);
  if (!value.reason.empty()) return value;
  if (!parameter.function.empty()) value.sql = fmt::format("{}({})", parameter.function, value.sql);
  if (parameter.nested) value.sql = fmt::format("({}::{})", value.sql, column(at).type.name);
  return value;
}

ParameterValues::Value ParameterValues::by_role(const Parameter& parameter, const Column& at) {
  switch (parameter.role) {
    case Role::element:
      return element(parameter, at);
    case Role::array:
      return list(at);
    case Role::like:
      return beginning(at, "(left({}::text, 4) || '%')");
    case Role::regex:
      return beginning(at, "regexp_replace(left({}::text, 4), '\\W', '.', 'g')");
    case Role::above:
    case Role::below:
      return bound(parameter, at);
    case Role::inserted:
      return inserted(parameter, at);
    case Role::assigned:
      return assigned(at);
    case Role::step:
      return step(parameter, at);
    default:
      return existing(at, 0);
  }
}

// A pattern that the row matches.
ParameterValues::Value ParameterValues::beginning(const Column& at, const char* pattern) {
  Value value = existing(at, 0);
  if (!value.reason.empty()) return value;
  value.sql = fmt::format(fmt::runtime(pattern), value.sql);
  value.about = "the beginning of " + value.about;
  return value;
}

// Of a DELETE where other tables refer to its rows: of a row that does not exist, so that no foreign key fails.
ParameterValues::Value ParameterValues::existing(const Column& at, std::size_t row) {
  if (uses_.kind == sql::ParameterUses::Kind::remove && at.use == 0 && is_referenced(at.table)) {
    if (!can_be_new(at.table)) return because(fmt::format("rows of {} are referred to by others", label(shape(at))));
    return {drawn("new_", at, row, true), "", name(at) + " of no row: others refer to those that exist"};
  }
  return {drawn("", at, row, false), "", name(at) + " of an existing row"};
}

// As many rows as a call found in production, as far as a list goes.
std::vector<std::string> ParameterValues::several(const Column& at) {
  std::vector<std::string> values;
  const auto count = static_cast<std::size_t>(std::clamp(std::round(rows_), 1.0, most_in_a_list));
  for (std::size_t i = 0; i < count; ++i) values.push_back(existing(at, i).sql);
  return values;
}

ParameterValues::Value ParameterValues::list(const Column& at) {
  const auto values = several(at);
  if (values.front().empty()) return existing(at, 0);
  return {fmt::format("ARRAY[{}]::{}[]", fmt::join(values, ", "), column(at).type.name), "",
          name(at) + " of existing rows"};
}

// pg_stat_statements of PostgreSQL 18 shows one constant for all of a list.
ParameterValues::Value ParameterValues::element(const Parameter& parameter, const Column& at) {
  const auto& keys = shape(at).keys;
  const bool unique =
      std::any_of(keys.begin(), keys.end(), [&](auto& key) { return key.columns == std::vector{at.column}; });
  const auto elements = std::count_if(uses_.parameters.begin(), uses_.parameters.end(),
                                      [](const Parameter& each) { return each.role == Role::element; });
  Value value = existing(at, parameter.row);
  if (!unique || elements > 1 || !value.reason.empty()) return value;
  return {fmt::format("{}", fmt::join(several(at), ", ")), "", name(at) + " of existing rows"};
}

// Between two bounds there should be as many rows as in production, more or less. A single bound would leave half the
// table on average, where applications ask for the newest or the overdue: few rows.
ParameterValues::Value ParameterValues::bound(const Parameter& parameter, const Column& at) {
  const bool below = parameter.role == Role::below;
  if (has_role(at, {below ? Role::above : Role::below}, true)) return below ? upper_bound(at) : existing(at, 0);
  const bool narrowed = uses_.limited || has_role(at, {Role::equal, Role::element, Role::array}, false);
  const Kind kind = column(at).type.kind;
  if (narrowed || !(is_number(kind) || is_time(kind)) || !leads_an_index(at)) return existing(at, 0);
  const auto& table = shape(at);
  const std::string some = is_whole(kind) && rows_ >= 1 ? fmt::format(" {} {:.0f}", below ? '+' : '-', rows_) : "";
  return {fmt::format("(SELECT {}({}){} FROM {})", below ? "min" : "max", postgres::quote_identifier(column(at).name),
                      some, postgres::quote_qualified(table.schema, table.name)),
          "", fmt::format("near the {} {}", below ? "smallest" : "largest", name(at))};
}

ParameterValues::Value ParameterValues::upper_bound(const Column& at) {
  Value value = existing(at, 0);
  if (!value.reason.empty()) return value;
  const Kind kind = column(at).type.kind;
  const std::string& type = column(at).type.name;
  if (is_number(kind) && kind != Kind::money) {
    value.sql = fmt::format("({}::{} + {:.0f})", value.sql, type, std::max(1.0, std::round(rows_)));
  } else if (is_time(kind)) {
    value.sql = fmt::format("({}::{} + interval '1 day')", value.sql, type);
  }
  value.about += ", and a little more";
  return value;
}

ParameterValues::Value ParameterValues::inserted(const Parameter& parameter, const Column& at) {
  if (column(at).sequence || column(at).generated) return {"DEFAULT", "", name(at) + " as the server makes it"};
  if (!can_be_new(at.table)) return because(fmt::format("{} allows hardly any new rows", label(shape(at))));
  return {drawn("new_", at, parameter.row, true), "", name(at) + " of a new row"};
}

// Of another row, where that may be exchanged; keys are new, and what a CHECK ties to other columns stays as it is.
ParameterValues::Value ParameterValues::assigned(const Column& at) {
  if (column(at).generated) return {"DEFAULT", "", name(at) + " as the server makes it"};
  const bool unique = is_unique(at);
  if (is_tied(at) || (unique && column(at).sequence)) return {drawn("", at, 0, false), "", name(at) + " as it is"};
  if (!unique) return {drawn("other_", at, 0, false), "", name(at) + " of another row"};
  if (!can_be_new(at.table)) return because(fmt::format("{} allows hardly any new rows", label(shape(at))));
  return {drawn("new_", at, 0, true), "", name(at) + " of a new row"};
}

ParameterValues::Value ParameterValues::step(const Parameter& parameter, const Column& at) {
  const Kind kind = column(at).type.kind;
  if (is_number(kind) || kind == Kind::date) {
    const std::string number = fmt::format("step_{}", parameter.number);
    draft_.numbers.push_back({number, 1, 10});
    return {":" + number, "", "a small number"};
  }
  if (is_time(kind)) return {"interval '1 day'", "", "a day"};
  return by_type(parameter);
}

ParameterValues::Value ParameterValues::by_type(const Parameter& parameter) const {
  const auto index = static_cast<std::size_t>(parameter.number - 1);
  const std::string type = index < types_.size() ? types_[index] : parameter.type;
  std::string constant = constant_of(type);
  if (constant.empty() && type.empty() && parameter.role == Role::constant) constant = "1";
  if (!constant.empty()) return {constant, "", "any " + (type.empty() ? "value" : type)};
  const std::string what = !parameter.what.empty() ? parameter.what : parameter.column + ", of no generated table";
  return because(fmt::format("${} is {}", parameter.number, what));
}

std::string ParameterValues::name(const Column& at) const { return label(shape(at)) + "." + column(at).name; }

std::string ParameterValues::drawn(const std::string& kind, const Column& at, std::size_t row, bool fresh) {
  std::string prefix = kind + variable_suffix(shape(at).name);
  // One name for one place of a table in the statement, and one more for each row of it.
  if (at.use > 0) prefix += fmt::format("_{}", static_cast<char>('a' + static_cast<char>(at.use % 26)));
  if (row > 0) prefix += fmt::format("_{}", row + 1);
  draft_.draw(prefix, at.table, fresh);
  return variable(prefix, column(at));
}

bool ParameterValues::can_be_new(std::size_t table) const {
  return !tables_.shape().tables[table].existing && tables_.capacity(table) - tables_.rows(table) >= rows_to_insert;
}

bool ParameterValues::is_unique(const Column& at) const { return contains(shape(at).keys, at.column); }

bool ParameterValues::is_tied(const Column& at) const {
  const auto& table = shape(at);
  const auto c = at.column;
  return contains(table.pools, c) ||
         std::any_of(table.different.begin(), table.different.end(),
                     [&](auto& d) { return d.left == c || d.right == c; }) ||
         std::any_of(table.ascending.begin(), table.ascending.end(),
                     [&](auto& a) { return a.low == c || a.high == c; }) ||
         std::any_of(table.follows.begin(), table.follows.end(),
                     [&](auto& f) { return f.column == c || f.other == c; });
}

bool ParameterValues::is_referenced(std::size_t table) const {
  const auto& all = tables_.shape().tables;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (tables_.rows(i) == 0) continue;
    for (const auto& key : all[i].foreign_keys) {
      if (key.parent == table) return true;
    }
  }
  return false;
}

bool ParameterValues::leads_an_index(const Column& at) const {
  return std::any_of(paths_.begin(), paths_.end(), [&](const AccessPath& path) {
    return path.table == shape(at).qualified() && path.columns.front() == column(at).name;
  });
}

// Whether another parameter has one of the roles on the same use of the table, or on the very column.
bool ParameterValues::has_role(const Column& at, std::initializer_list<Role> roles, bool same_column) const {
  return std::any_of(uses_.parameters.begin(), uses_.parameters.end(), [&](const Parameter& other) {
    if (std::find(roles.begin(), roles.end(), other.role) == roles.end()) return false;
    const auto there = resolve(other);
    return there && there->use == at.use && (!same_column || there->column == at.column);
  });
}

}  // namespace pgrehearse::load
