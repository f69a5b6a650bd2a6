// PostgreSQL itself judges the encodings: rows copied in binary must equal the same rows copied as text.
#include <map>

#include "harness/postgres/copy.hpp"
#include "tests/generators/shapes.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kRows = 300;

struct Sample {
  std::string name, sql;
  Kind kind;
  std::string element;  // of an array, also: its SQL type
};

const std::vector<Sample> kSamples = {
    {"flag", "boolean", Kind::boolean, ""},
    {"small", "smallint", Kind::int2, ""},
    {"whole", "integer", Kind::int4, ""},
    {"big", "bigint", Kind::int8, ""},
    {"object", "oid", Kind::oid, ""},
    {"single", "real", Kind::float4, ""},
    {"lat", "double precision", Kind::float8, ""},
    {"price", "numeric(10,2)", Kind::numeric, ""},
    {"ratio", "numeric(12,5)", Kind::numeric, ""},
    {"plain", "numeric", Kind::numeric, ""},
    {"huge", "numeric(30,0)", Kind::numeric, ""},
    {"cash", "money", Kind::money, ""},
    {"description", "text", Kind::text, ""},
    {"email", "varchar(40)", Kind::text, ""},
    {"padded", "char(20)", Kind::text, ""},
    {"filler", "char(84)", Kind::text, ""},
    {"ident", "name", Kind::text, ""},
    {"letter", "\"char\"", Kind::text, ""},
    {"payload", "bytea", Kind::bytea, ""},
    {"uid", "uuid", Kind::uuid, ""},
    {"birthday", "date", Kind::date, ""},
    {"opens", "time", Kind::time, ""},
    {"closes", "timetz", Kind::timetz, ""},
    {"logged_at", "timestamp", Kind::timestamp, ""},
    {"created_at", "timestamptz", Kind::timestamptz, ""},
    {"lasts", "interval", Kind::interval, ""},
    {"doc", "json", Kind::json, ""},
    {"items", "jsonb", Kind::jsonb, ""},
    {"markup", "xml", Kind::xml, ""},
    {"address", "inet", Kind::inet, ""},
    {"network", "cidr", Kind::cidr, ""},
    {"mac", "macaddr", Kind::macaddr, ""},
    {"mac8", "macaddr8", Kind::macaddr8, ""},
    {"bits", "bit(11)", Kind::bit, ""},
    {"morebits", "varbit(40)", Kind::varbit, ""},
    {"spot", "point", Kind::point, ""},
    {"infinite", "line", Kind::line, ""},
    {"segment", "lseg", Kind::lseg, ""},
    {"square", "box", Kind::box, ""},
    {"route", "path", Kind::path, ""},
    {"area", "polygon", Kind::polygon, ""},
    {"ring", "circle", Kind::circle, ""},
    {"r4", "int4range", Kind::int4range, ""},
    {"r8", "int8range", Kind::int8range, ""},
    {"rn", "numrange", Kind::numrange, ""},
    {"rd", "daterange", Kind::daterange, ""},
    {"rt", "tsrange", Kind::tsrange, ""},
    {"rz", "tstzrange", Kind::tstzrange, ""},
    {"m4", "int4multirange", Kind::multirange, "int4range"},
    {"mz", "tstzmultirange", Kind::multirange, "tstzrange"},
    {"rf", "floatrange", Kind::range, "float8"},
    {"rx", "textrange", Kind::range, "text"},
    {"mx", "textmultirange", Kind::multirange, "textrange"},
    {"words", "tsvector", Kind::tsvector, ""},
    {"query", "tsquery", Kind::tsquery, ""},
    {"place", "ltree", Kind::ltree, ""},
    {"labels", "lquery", Kind::lquery, ""},
    {"labelled", "ltxtquery", Kind::ltxtquery, ""},
    {"route_in", "jsonpath", Kind::jsonpath, ""},
    {"position", "pg_lsn", Kind::pg_lsn, ""},
    {"stored_at", "tid", Kind::tid, ""},
    {"seen", "pg_snapshot", Kind::snapshot, ""},
    {"oids", "oidvector", Kind::vector, "oid"},
    {"smalls", "int2vector", Kind::vector, "int2"},
    {"relation", "regclass", Kind::oid, ""},
    {"transaction", "xid8", Kind::int8, ""},
    {"extra", "hstore", Kind::hstore, ""},
    {"login", "citext", Kind::text, ""},
    {"mood", "mood", Kind::enumeration, ""},
    {"pair", "pair", Kind::composite, ""},
    {"names", "text[]", Kind::array, "text"},
    {"numbers", "int4[]", Kind::array, "int4"},
    {"moods", "mood[]", Kind::array, "mood"},
    {"times", "timestamptz[]", Kind::array, "timestamptz"},
    {"docs", "jsonb[]", Kind::array, "jsonb"},
    {"pairs", "pair[]", Kind::array, "pair"},
    {"boxes", "box[]", Kind::array, "box"},
};

constexpr const char* kTypes =
    "CREATE EXTENSION ltree; CREATE EXTENSION hstore; CREATE EXTENSION citext;"
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE TYPE pair AS (a int4, b text, c numeric(8,3));"
    "CREATE TYPE floatrange AS RANGE (subtype = float8); CREATE TYPE textrange AS RANGE (subtype = text)";

class EveryType : public ::testing::Test {
 protected:
  EveryType() : session_(database_.session()) { session_->query(kTypes); }

  std::uint32_t oid(const std::string& type) const {
    return static_cast<std::uint32_t>(session_->query("SELECT $1::regtype::oid", {type}).integer(0, 0));
  }

  Type sample_type(const std::string& sql, Kind kind, const std::string& element = "") const {
    Type type = type_of(kind, sql, oid(sql));
    if (std::size_t open = sql.find('('); open != sql.npos && kind == Kind::numeric) {
      type.precision = std::stoi(sql.substr(open + 1));
      type.scale = std::stoi(sql.substr(sql.find(',') + 1));
    } else if (open != sql.npos) {
      type.length = std::stoi(sql.substr(open + 1));
    }
    if (kind == Kind::enumeration) type.labels = {"sad", "ok", "happy"};
    if (kind == Kind::composite)
      type.fields = {sample_type("int4", Kind::int4), sample_type("text", Kind::text),
                     sample_type("numeric(8,3)", Kind::numeric)};
    if (kind == Kind::array || kind == Kind::range || kind == Kind::multirange || kind == Kind::vector) {
      Type made = sample_type(element, element_kind(element), element == "textrange" ? "text" : "");
      if (element == "box") made.delimiter = ';';
      type.element = std::make_shared<Type>(std::move(made));
    }
    return type;
  }

  static Kind element_kind(const std::string& name) {
    const std::map<std::string, Kind> kinds = {{"text", Kind::text},        {"int4", Kind::int4},
                                               {"mood", Kind::enumeration}, {"timestamptz", Kind::timestamptz},
                                               {"jsonb", Kind::jsonb},      {"pair", Kind::composite},
                                               {"box", Kind::box},          {"int4range", Kind::int4range},
                                               {"float8", Kind::float8},    {"tstzrange", Kind::tstzrange},
                                               {"oid", Kind::oid},          {"textrange", Kind::range},
                                               {"int2", Kind::int2}};
    return kinds.at(name);
  }

  TableShape shape(bool not_null) const {
    TableShape made = table("b", kRows, {serial("id")});
    for (const Sample& sample : kSamples) {
      made.columns.push_back(column(sample.name, sample_type(sample.sql, sample.kind, sample.element), not_null));
      if (sample.name == "huge") made.columns.back().type.scale = 0;
    }
    return made;
  }

  void create(const std::string& name) const {
    std::string sql = "CREATE TABLE " + name + " (id bigint PRIMARY KEY";
    for (const Sample& sample : kSamples) sql += ", \"" + sample.name + "\" " + sample.sql;
    session_->query(sql + ")");
  }

  void copy(const std::string& sql, const std::string& bytes) const {
    auto connection = postgres::CopyConnection::open(database_.target());
    ASSERT_TRUE(connection) << base::to_string(connection.errors().front());
    (*connection)->begin(sql);
    (*connection)->write(bytes);
    EXPECT_EQ((*connection)->finish(), kRows);
  }

  void expect_same_in_binary_and_text(const Generator& generator) const {
    ASSERT_TRUE(generator.binary(0));
    std::string binary(kBinaryCopyHeader), text;
    generator.encode(0, 0, kRows, binary);
    binary += kBinaryCopyTrailer;
    for (std::uint64_t row = 0; row < kRows; ++row) text += text_row(generator, row);
    create("b");
    create("t");
    copy("COPY b FROM STDIN (FORMAT binary)", binary);
    copy("COPY t FROM STDIN", text);
    for (const Sample& sample : kSamples) {
      std::string name = "\"" + sample.name + "\"::text";
      auto rows = session_->query("SELECT count(*), min(b." + name + "), min(t." + name +
                                  ") FROM b JOIN t USING (id) WHERE b." + name + " IS DISTINCT FROM t." + name);
      EXPECT_EQ(rows.integer(0, 0), 0) << sample.sql << ": " << rows.text(0, 1) << " against " << rows.text(0, 2);
    }
    EXPECT_EQ(session_->query("SELECT count(*) FROM b JOIN t USING (id)").integer(0, 0),
              static_cast<std::int64_t>(kRows));
  }

  static std::string text_row(const Generator& generator, std::uint64_t row) {
    std::string line;
    for (std::size_t column = 0; column < generator.shape().tables[0].columns.size(); ++column) {
      if (column > 0) line += '\t';
      auto value = generator.text(0, row, column);
      for (char c : value.value_or("")) line += c == '\\' ? std::string("\\\\") : std::string(1, c);
      if (!value) line += "\\N";
    }
    return line + "\n";
  }

  ::pgrehearse::testing::ScratchDatabase database_;
  std::unique_ptr<postgres::Session> session_;
};

TEST_F(EveryType, IsTheSameInBinaryAndInText) { expect_same_in_binary_and_text(planned({shape(true)})); }

TEST_F(EveryType, IsTheSameWithNulls) { expect_same_in_binary_and_text(planned({shape(false)})); }

TEST_F(EveryType, ListedValuesAreTheSameToo) {
  TableShape made = shape(true);
  auto list = [&](const std::string& name, std::vector<std::string> values) {
    for (Column& each : made.columns)
      if (each.name == name) each.limits.allowed = values;
  };
  list("whole", {"-5", "0", "123456"});
  list("ratio", {"0.00001", "-12.5", "10000", "99.90000"});
  list("plain", {"1234567890.123456789", "-0.0001"});
  list("lat", {"-12.25", "3"});
  list("cash", {"12.50"});
  list("birthday", {"1999-12-31", "2000-02-29"});
  list("created_at", {"2024-05-06 07:08:09.123456+02", "1969-12-31T23:59:59Z", "2024-01-01"});
  list("opens", {"23:59", "01:02:03.5"});
  list("uid", {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"});
  list("payload", {"\\xdeadBEEF", "\\x"});
  list("bits", {"10101010101"});
  list("mac", {"08:00:2b:01:02:03"});
  list("items", {"{\"a\": [1, 2]}", "null"});
  list("flag", {"true", "f"});
  expect_same_in_binary_and_text(planned({made}));
}

}  // namespace
}  // namespace pgrehearse::generators::testing
