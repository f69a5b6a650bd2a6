#include "generators/stored_array.hpp"

#include <cmath>

namespace pgrehearse::generators {
namespace {

double aligned(double size, double to) { return std::ceil(size / to) * to; }

}  // namespace

double stored_element(const Type& element, std::size_t bytes) {
  auto size = static_cast<double>(bytes);
  constexpr double header = 4;
  switch (element.kind) {
    case Kind::boolean:
      return 1;
    case Kind::int2:
      return 2;
    case Kind::int8:
    case Kind::float8:
    case Kind::money:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::interval:
    case Kind::point:
      return size;
    case Kind::timetz:
      return 16;
    case Kind::uuid:
      return 16;
    case Kind::enumeration:
      return 4;
    case Kind::numeric:  // eight bytes of counts as sent, two as stored
      return aligned(header + size - 6, 4);
    case Kind::int4:
    case Kind::date:
    case Kind::oid:
    case Kind::float4:
      return 4;
    default:
      return aligned(header + size, 4);
  }
}

}  // namespace pgrehearse::generators
