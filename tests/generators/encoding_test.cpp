// Binary forms against bytes worked out by hand from PostgreSQL's receive functions.
#include "generators/literal.hpp"
#include "generators/numeric_encoding.hpp"
#include "generators/permutation.hpp"
#include "generators/quantity.hpp"
#include "generators/uuid.hpp"
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (unsigned char c : bytes) text += fmt::format("{:02x}", c);
  return text;
}

std::string numeric(std::int64_t value, int scale) {
  return hex(encoded([&](Output& out) { put_numeric(value, scale, out); }));
}

TEST(Numeric, IsBase10000DigitsAroundThePoint) {
  // digits, weight, sign, display scale, then the digits
  EXPECT_EQ(numeric(0, 0), "0000000000000000");
  EXPECT_EQ(numeric(0, 2), "0000000000000002");
  EXPECT_EQ(numeric(1, 0), "00010000000000000001");
  EXPECT_EQ(numeric(-1, 0), "00010000400000000001");
  EXPECT_EQ(numeric(10'000, 0), "00010001000000000001");
  EXPECT_EQ(numeric(123'456'789, 2), "0003000100000002007b11d722c4");  // 123 | 4567 . 8900
}

TEST(Numeric, KeepsSmallFractions) {
  EXPECT_EQ(numeric(1, 4), "0001ffff000000040001");
  EXPECT_EQ(numeric(1, 5), "0001fffe0000000503e8");  // 0.00001 = 1000 * 10000^-2
  EXPECT_EQ(numeric(-15, 1),
            "00020000400000010001"
            "1388");
}

std::string literal(Kind kind, std::string_view text) {
  auto bytes = binary_literal(type_of(kind), text);
  return bytes ? hex(*bytes) : "none";
}

TEST(Literal, TimesCountFrom2000) {
  EXPECT_EQ(literal(Kind::date, "2000-01-01"), "00000000");
  EXPECT_EQ(literal(Kind::date, "1999-12-31"), "ffffffff");
  EXPECT_EQ(literal(Kind::timestamp, "2000-01-01 00:00:01"), "00000000000f4240");
  EXPECT_EQ(literal(Kind::timestamptz, "2000-01-01 02:00:01+02"), "00000000000f4240");
  EXPECT_EQ(literal(Kind::time, "00:00:00.000002"), "0000000000000002");
  EXPECT_EQ(literal(Kind::interval, "00:00:00.5"),
            "000000000007a120"
            "0000000000000000");
}

TEST(Literal, OfOtherKinds) {
  EXPECT_EQ(literal(Kind::int2, "-2"), "fffe");
  EXPECT_EQ(literal(Kind::float8, "1.5"), "3ff8000000000000");
  EXPECT_EQ(literal(Kind::float4, "-0.25"), "be800000");
  EXPECT_EQ(literal(Kind::boolean, "yes"), "01");
  EXPECT_EQ(literal(Kind::varbit, "101"), "00000003a0");
  EXPECT_EQ(literal(Kind::jsonb, "1"), "0131");
  EXPECT_EQ(literal(Kind::bytea, "\\x00ff"), "00ff");
}

TEST(Literal, WhatIsNotPlainHasNoBinaryForm) {
  for (auto [kind, text] : {std::pair{Kind::int4, "twelve"},
                            {Kind::int4, "1.5"},
                            {Kind::date, "2023-02-30"},
                            {Kind::date, "now"},
                            {Kind::bytea, "\\xabc"},
                            {Kind::uuid, "1234"},
                            {Kind::numeric, ""},
                            {Kind::inet, "1.2.3.4"}})
    EXPECT_EQ(literal(kind, text), "none") << text;
}

TEST(Quantity, TextReadsBackAsItself) {
  for (Kind kind :
       {Kind::int8, Kind::numeric, Kind::date, Kind::time, Kind::timetz, Kind::timestamp, Kind::timestamptz})
    for (std::int64_t value : {0L, 1L, 99L, 86'399'999'999L, 1'234'567L}) {
      Unit unit{kind, kind == Kind::numeric ? 3 : 0};
      if (kind == Kind::date) value %= 100'000;
      std::string text;
      append_quantity(unit, value, text);
      EXPECT_EQ(parse_quantity(unit, text), value) << text;
    }
}

TEST(Permutation, VisitsEachNumberOnce) {
  for (std::uint64_t size : {1u, 2u, 3u, 10u, 99u, 100u, 101u, 65'536u}) {
    Permutation permutation({7}, size);
    std::set<std::uint64_t> seen;
    for (std::uint64_t k = 0; k < size; ++k) seen.insert(permutation(k));
    EXPECT_EQ(seen.size(), size);
    EXPECT_EQ(*seen.rbegin(), size - 1);
    EXPECT_EQ(permutation(size + 5), size + 5);
  }
}

TEST(Uuid, IsOfVersion4) {
  char text[37] = {};
  write_uuid(uuid_bytes({1}, 2), text);
  EXPECT_EQ(text[14], '4');
  EXPECT_THAT(text[19], ::testing::AnyOf('8', '9', 'a', 'b'));
}

TEST(Binary, OneRowByteForByte) {
  TableShape shape =
      table("t", 2, {serial("id"), column("flag", type_of(Kind::boolean), false), column("kind", enumeration({"x"}))});
  shape.columns[0].type.kind = Kind::int4;
  shape.columns[1].override_.emplace();
  shape.columns[1].override_->null_fraction = 1.0;
  std::string bytes;
  planned({shape}).encode(0, 1, 1, bytes);
  EXPECT_EQ(hex(bytes),
            "0003"
            "00000004"
            "00000002"
            "ffffffff"
            "00000001"
            "78");
}

}  // namespace
}  // namespace pgrehearse::generators::testing
