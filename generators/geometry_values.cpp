// Geometric types: points of hundredths around the origin, and shapes on them. Binary forms: point_recv and its
// neighbours in src/backend/utils/adt/geo_ops.c.
#include <fmt/format.h>

#include <array>

#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

struct Point {
  double x, y;
};

class Geometry final : public Values {
 public:
  Geometry(Kind kind, base::Seed seed) : kind_(kind), seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }

  void binary(std::uint64_t number, Output& out) const override {
    auto [a, b, c] = corners(number);
    switch (kind_) {
      case Kind::point:
        return put(a, out);
      case Kind::line:
        put(b, out);
        return out.put_double(a.x);  // A, B, C; not both A and B may be zero
      case Kind::lseg:
        put(a, out);
        return put(b, out);
      case Kind::box:
        put(b, out);
        return put(a, out);  // upper right first
      case Kind::circle:
        put(a, out);
        return out.put_double(b.x - a.x);
      case Kind::path:
        out.put<std::uint8_t>(1);
        break;  // closed
      default:
        break;
    }
    out.put<std::int32_t>(3);
    for (Point corner : {a, b, c}) put(corner, out);
  }

  void text(std::uint64_t number, std::string& out) const override {
    auto [a, b, c] = corners(number);
    auto to = std::back_inserter(out);
    switch (kind_) {
      case Kind::point:
        fmt::format_to(to, "({},{})", a.x, a.y);
        return;
      case Kind::line:
        fmt::format_to(to, "{{{},{},{}}}", b.x, b.y, a.x);
        return;
      case Kind::lseg:
        fmt::format_to(to, "[({},{}),({},{})]", a.x, a.y, b.x, b.y);
        return;
      case Kind::box:
        fmt::format_to(to, "({},{}),({},{})", b.x, b.y, a.x, a.y);
        return;
      case Kind::circle:
        fmt::format_to(to, "<({},{}),{}>", a.x, a.y, b.x - a.x);
        return;
      default:
        fmt::format_to(to, "(({},{}),({},{}),({},{}))", a.x, a.y, b.x, b.y, c.x, c.y);
        return;
    }
  }

 private:
  // b is right of and above a by 1 to 10; c stands above a. Quarters are exact in binary, so text and binary agree.
  std::array<Point, 3> corners(std::uint64_t number) const {
    std::uint64_t bits = seed_.bits(number);
    auto quarters = [&](unsigned shift, std::uint64_t count) {
      return static_cast<double>((bits >> shift) % count) / 4;
    };
    Point a{quarters(0, 4000) + 1, quarters(16, 4000) + 1};
    double width = 1 + quarters(32, 36), height = 1 + quarters(44, 36);
    return {a, Point{a.x + width, a.y + height}, Point{a.x, a.y + 2 * height}};
  }
  static void put(Point point, Output& out) {
    out.put_double(point.x);
    out.put_double(point.y);
  }

  Kind kind_;
  base::Seed seed_;
};

}  // namespace

ValuesPtr make_geometry(const Wanted& wanted) { return std::make_unique<Geometry>(wanted.type->kind, wanted.seed); }

}  // namespace pgrehearse::generators
