#include "harness/populate/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

namespace pgrehearse::populate {
namespace {

using generators::Column;
using generators::Kind;
using generators::Limits;
using sql::CheckTerm;
using Subject = CheckTerm::Subject;
using Relation = CheckTerm::Relation;

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() || *end != '\0' ? std::nullopt : std::optional(value);
}

template <class T>
void raise(std::optional<T>& minimum, const T& value) {
  if (!minimum || *minimum < value) minimum = value;
}
template <class T>
void lower(std::optional<T>& maximum, const T& value) {
  if (!maximum || value < *maximum) maximum = value;
}

bool names_column(const CheckTerm& term) {
  return term.relation == Relation::differs_from || term.relation == Relation::below;
}
bool is_lower_bound(Relation relation) { return relation == Relation::greater || relation == Relation::greater_equal; }
bool is_upper_bound(Relation relation) { return relation == Relation::less || relation == Relation::less_equal; }
bool is_strict(Relation relation) { return relation == Relation::less || relation == Relation::greater; }

// The step to the next number that the type tells apart, or one that is small beside what people store in it.
double step(const generators::Type& type, double value) {
  switch (type.kind) {
    case Kind::numeric:
      return std::pow(10.0, -type.scale.value_or(2));
    case Kind::money:
      return 0.01;
    case Kind::float4:
    case Kind::float8:
      return 1e-6 * std::max(1.0, std::abs(value));
    default:
      return 1;
  }
}

void narrow_number(Column& column, Relation relation, const std::string& text) {
  const auto value = number(text);
  if (!value) return;
  const bool whole = step(column.type, 0) == 1;
  if (is_lower_bound(relation)) {
    const double bound = whole ? std::ceil(*value) : *value;
    const bool excluded = is_strict(relation) && bound == *value;
    raise(column.limits.minimum, excluded ? bound + step(column.type, bound) : bound);
  } else {
    const double bound = whole ? std::floor(*value) : *value;
    const bool excluded = is_strict(relation) && bound == *value;
    lower(column.limits.maximum, excluded ? bound - step(column.type, bound) : bound);
  }
}

// One value less would be a hole in the range: numbers go above it where they may, and texts are not empty.
void exclude(Column& column, const std::string& text) {
  if (column.type.kind == Kind::text && text.empty()) raise(column.limits.length_minimum, 1);
  const auto value = number(text);
  if (is_number(column.type.kind) && value && (!column.limits.maximum || *column.limits.maximum > *value))
    narrow_number(column, Relation::greater, text);
}

void narrow_length(Limits& limits, const CheckTerm& term) {
  const auto value = number(term.values.front());
  if (!value || term.values.size() > 1) return;
  const int length = static_cast<int>(std::clamp(*value, 0.0, 1e9));
  const int strict = is_strict(term.relation) ? 1 : 0;
  if (is_lower_bound(term.relation) || term.relation == Relation::one_of) raise(limits.length_minimum, length + strict);
  if (is_upper_bound(term.relation) || term.relation == Relation::one_of) lower(limits.length_maximum, length - strict);
}

void narrow_list(Limits& limits, const std::vector<std::string>& values) {
  if (limits.allowed.empty()) {
    limits.allowed = values;
    return;
  }
  std::erase_if(limits.allowed, [&](const std::string& allowed) {
    return std::find(values.begin(), values.end(), allowed) == values.end();
  });
}

void narrow_pattern(Limits& limits, const CheckTerm& term) {
  if (!limits.pattern.empty()) return;
  limits.pattern = term.values.front();
  limits.like = term.relation == Relation::like;
}

void narrow_bound(Column& column, const CheckTerm& term) {
  const std::string& text = term.values.front();
  if (is_number(column.type.kind)) narrow_number(column, term.relation, text);
  if (!is_time(column.type.kind)) return;
  if (is_lower_bound(term.relation)) raise(column.limits.earliest, text);
  if (is_upper_bound(term.relation)) lower(column.limits.latest, text);
}

bool before(const std::string& a, const std::string& b) {
  const auto x = number(a), y = number(b);
  return x && y ? *x < *y : a < b;
}

// Terms on the same column in the same direction share a slot.
using Slot = std::pair<std::string, Relation>;

Slot slot(const CheckTerm& term) {
  if (is_lower_bound(term.relation)) return {term.column, Relation::greater};
  if (is_upper_bound(term.relation)) return {term.column, Relation::less};
  return {term.column, term.relation};
}

// The wider of two bounds, or the union of two lists, of one slot.
void widen(CheckTerm& wide, const CheckTerm& other) {
  if (wide.relation == Relation::one_of) {
    wide.values.insert(wide.values.end(), other.values.begin(), other.values.end());
  } else if (is_lower_bound(wide.relation) ? before(other.values[0], wide.values[0])
                                           : before(wide.values[0], other.values[0])) {
    wide = other;
  }
}

bool has_hull(const CheckTerm& term) {
  return term.subject == Subject::value && !names_column(term) && term.relation != Relation::matches &&
         term.relation != Relation::like && term.relation != Relation::not_equal && term.relation != Relation::null;
}

}  // namespace

bool is_number(Kind kind) { return kind >= Kind::int2 && kind <= Kind::money; }
bool is_time(Kind kind) { return kind >= Kind::date && kind <= Kind::timestamptz; }

CheckTerm with_inclusive_time(postgres::Session& session, const generators::Type& type, CheckTerm term) {
  if (!is_time(type.kind) || term.subject != Subject::value || !is_strict(term.relation)) return term;
  const bool upper = term.relation == Relation::less;
  const auto rows =
      session.query(fmt::format("SELECT ({}::{} {} {})::text", postgres::quote_literal(term.values.front()), type.name,
                                upper ? '-' : '+', type.kind == Kind::date ? "1" : "interval '1 microsecond'"));
  term.values = {rows.string(0, 0)};
  term.relation = upper ? Relation::less_equal : Relation::greater_equal;
  return term;
}

void narrow(Column& column, const CheckTerm& term) {
  if (term.relation == Relation::not_null) {
    column.not_null = true;
  } else if (term.relation == Relation::null || names_column(term)) {
    return;
  } else if (term.subject != Subject::value) {
    narrow_length(column.limits, term);
  } else if (term.relation == Relation::one_of) {
    narrow_list(column.limits, term.values);
  } else if (term.relation == Relation::not_equal) {
    exclude(column, term.values.front());
  } else if (term.relation == Relation::matches || term.relation == Relation::like) {
    narrow_pattern(column.limits, term);
  } else {
    narrow_bound(column, term);
  }
}

std::vector<CheckTerm> hull(const std::vector<std::vector<CheckTerm>>& alternatives) {
  std::map<Slot, CheckTerm> wide;
  std::map<Slot, std::size_t> bounded_by;  // how many alternatives
  for (const auto& terms : alternatives) {
    std::set<Slot> here;
    for (const CheckTerm& term : terms) {
      if (!has_hull(term)) continue;
      const auto [found, fresh] = wide.emplace(slot(term), term);
      if (!fresh && term.relation != Relation::not_null) widen(found->second, term);
      if (here.insert(slot(term)).second) ++bounded_by[slot(term)];
    }
  }
  std::vector<CheckTerm> terms;
  for (auto& [key, term] : wide)
    if (bounded_by[key] == alternatives.size()) terms.push_back(std::move(term));
  return terms;
}

}  // namespace pgrehearse::populate
