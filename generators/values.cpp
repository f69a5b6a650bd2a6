#include "generators/values.hpp"

#include <fmt/format.h>

#include "generators/quantity.hpp"

namespace pgrehearse::generators {
namespace {

bool ranged(Kind kind) { return kind >= Kind::int4range && kind <= Kind::range; }

base::Result<ValuesPtr> make_by_type(const Wanted& wanted) {
  Kind kind = wanted.type->kind;
  if (is_quantity(kind)) return make_quantities(wanted);
  if (ranged(kind)) return make_ranges(wanted);
  switch (kind) {
    case Kind::text:
      return wanted.limits->pattern.empty() ? make_texts(wanted) : make_pattern(wanted);
    case Kind::enumeration:
      return make_list(wanted, wanted.type->labels);
    case Kind::bytea:
    case Kind::uuid:
    case Kind::inet:
    case Kind::cidr:
    case Kind::macaddr:
    case Kind::macaddr8:
    case Kind::bit:
    case Kind::varbit:
      return make_bits(wanted);
    case Kind::point:
    case Kind::line:
    case Kind::lseg:
    case Kind::box:
    case Kind::path:
    case Kind::polygon:
    case Kind::circle:
      return make_geometry(wanted);
    case Kind::array:
    case Kind::composite:
      return make_nested(wanted);
    case Kind::multirange:
      return make_multiranges(wanted);
    case Kind::json:
    case Kind::jsonb:
      return wanted.limits->pattern.empty() ? make_document(wanted) : make_pattern(wanted);
    case Kind::pg_lsn:
    case Kind::tid:
    case Kind::snapshot:
    case Kind::vector:
      return make_system(wanted);
    case Kind::other:
      if (!wanted.type->notation.empty()) return make_notation(wanted);
      return base::usage_error(fmt::format("no values are known for type {}", wanted.type->name),
                               "list its `values`, as PostgreSQL prints them");
    default:
      return make_document(wanted);
  }
}

base::Status check_override(const Wanted& wanted) {
  const Override& override_ = *wanted.override_;
  if (!override_.pattern.empty() && wanted.type->kind != Kind::text)
    return base::usage_error(fmt::format("a pattern makes text, not {}", wanted.type->name), "list its `values`");
  if ((!override_.minimum.empty() || !override_.maximum.empty()) && !is_quantity(wanted.type->kind))
    return base::usage_error(fmt::format("{} has no minimum and maximum here", wanted.type->name), "list its `values`");
  if (!override_.kind.empty() && wanted.type->kind != Kind::text)
    return base::usage_error(fmt::format("`kind` makes text, not {}", wanted.type->name), "list its `values`");
  if (override_.length && wanted.type->kind != Kind::text && wanted.type->kind != Kind::bytea &&
      wanted.type->kind != Kind::array)
    return base::usage_error(fmt::format("{} has no length here", wanted.type->name), "remove `length`");
  if (!override_.weights.empty() && override_.weights.size() != override_.values.size())
    return base::usage_error(fmt::format("{} weights for {} values", override_.weights.size(), override_.values.size()),
                             "give one weight for each value, or none");
  return base::success();
}

}  // namespace

base::Result<ValuesPtr> make_values(const Wanted& wanted) {
  if (wanted.override_ != nullptr) {
    if (auto status = check_override(wanted); !status) return status.errors();
    if (!wanted.override_->values.empty()) return make_list(wanted, wanted.override_->values);
    if (!wanted.override_->pattern.empty()) return make_pattern(wanted);
    if (!wanted.override_->kind.empty()) return make_texts(wanted);
    const Override& user = *wanted.override_;
    if (user.normal || user.log_normal || user.sequence || user.period) return make_distributed(wanted);
  }
  if (!wanted.limits->allowed.empty()) return make_list(wanted, wanted.limits->allowed);
  return make_by_type(wanted);
}

}  // namespace pgrehearse::generators
