// Shape files: what is written reads back equal, and what no database can look like is refused with its line.
#include "harness/profile/shape_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/profile/marks.hpp"

namespace pgrehearse::profile {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

Table users() {
  Table table;
  generators::TableStatistics& statistics = table.statistics;
  statistics.schema = "public";
  statistics.name = "users";
  statistics.rows = 1000;
  statistics.heap_bytes = 81920;
  statistics.dead_fraction = 0.25;
  auto& id = statistics.columns["id"];
  id.type = "bigint";
  id.distinct = -1;
  id.average_width = 8;
  id.correlation = 1;
  id.marks = {known("1"), known("1000")};
  auto& email = statistics.columns["email"];
  email.type = "text";
  email.null_fraction = 0.125;
  email.distinct = -0.5;
  email.average_width = 21.5;
  email.correlation = -0.25;
  email.marks = {hidden(7), hidden(9, 0.0625), hidden(30)};
  email.widths = {5, 9, 80};
  email.stored_share = 0.5;
  email.plain_share = 1.25;
  email.together = 0.75;
  auto& tags = statistics.columns["tags"];
  tags.type = "text[]";
  tags.elements = {{hidden(3, 0.5)}, {1, 2, 5}, 1.5, 0.125};
  auto& stay = statistics.columns["stay"];
  stay.type = "daterange";
  stay.ranges = {0.25, 0.5, {1, 2.5}, {"", "2024-01-01"}, {"2024-01-01", ""}};
  statistics.fan_outs["users_boss_fkey"] = {0.5, {1, 2, 40}};
  generators::JointStatistics joint;
  joint.columns = {"email", "id"};
  joint.distinct[{"email", "id"}] = -0.75;
  joint.dependencies.push_back({{"id"}, "email", 1});
  generators::Mark place = hidden(9);
  place.place = 1;
  joint.common.push_back({{place, std::nullopt}, 0.03125});
  joint.common.push_back({{known("x"), known("7")}, 0.015625});
  statistics.joint.push_back(joint);
  table.fillfactor = 90;
  table.indexes.push_back({"users_pkey", "btree", {"id"}, true, false, 40960, 70});
  return table;
}

Shape shop() {
  Shape shape;
  shape.origin = {16, "16.4", "UTF8", "en_US.utf8 (libc)"};
  shape.settings = {{"work_mem", "64MB"}};
  shape.schema_sql = "CREATE TABLE users (id bigint);\n\nCREATE TABLE \"o\u00df\\\" ();\n";
  shape.tables.push_back(users());
  shape.sequences.push_back({"public", "users_id_seq", 1, 1000});
  shape.sequences.push_back({"public", "unused", -5, {}});
  shape.traffic =
      Traffic{3600.5, {{"SELECT id FROM users WHERE email = $1", 7200, 90.5, 7100}}, {{"are rare", 2, 3, 4}}};
  return shape;
}

// The text with the first `from` replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = to_json(shop());
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " does not stand in " << text;
  return text.replace(at, from.size(), to);
}

std::vector<std::string> mistakes(const std::string& text) {
  const auto read = from_json(text, "shop.json");
  std::vector<std::string> messages;
  if (read) return messages;
  for (const base::Error& error : read.errors()) messages.push_back(to_string(error));
  return messages;
}

TEST(ShapeFile, ReadsBackWhatWasWritten) {
  const std::string text = to_json(shop());
  const auto read = from_json(text, "shop.json");
  ASSERT_TRUE(read.ok()) << to_string(read.errors().front()) << text;
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->schema_sql, shop().schema_sql);
  const auto& email = read->tables.at(0).statistics.columns.at("email");
  ASSERT_EQ(email.marks.size(), 3u);
  EXPECT_FALSE(email.marks[1].value.has_value());
  EXPECT_EQ(email.marks[1].length, 9u);
  EXPECT_EQ(email.marks[1].frequency, 0.0625);
  EXPECT_FALSE(email.marks[2].common());
  const auto& joint = read->tables.at(0).statistics.joint.at(0);
  EXPECT_EQ(joint.common.at(0).values.at(0)->place, 1u);
  EXPECT_FALSE(joint.common.at(0).values.at(1).has_value());
  EXPECT_EQ(joint.dependencies.at(0).to, "email");
  ASSERT_TRUE(read->traffic);
  EXPECT_EQ(read->traffic->seconds, 3600.5);
  EXPECT_EQ(read->traffic->statements.at(0).calls, 7200u);
  EXPECT_EQ(read->traffic->left_out.at(0).reason, "are rare");
}

TEST(ShapeFile, TrafficMayBeMissingAndHasAVersion) {
  Shape bare = shop();
  bare.traffic.reset();
  const auto read = from_json(to_json(bare), "shop.json");
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->traffic);
  EXPECT_THAT(mistakes(changed("\"version\": 1", "\"version\": 2")),
              Contains(HasSubstr("traffic/version is 2, but this program reads version 1")));
  EXPECT_THAT(mistakes(changed("\"calls\":7200", "\"calls\":-1")), Contains(HasSubstr("traffic/statements/0/calls")));
}

TEST(ShapeFile, KeepsAColumnOnALine) {
  const std::string text = to_json(shop());
  EXPECT_THAT(text, HasSubstr("\n    \"email\": {\"type\":\"text\",\"null_fraction\":0.125,\"distinct\":-0.5,"
                              "\"average_width\":21.5,\"correlation\":-0.25,\"marks\":[7,[9,0.0625],30],"
                              "\"widths\":[5,9,80],\"stored_share\":0.5,\"plain_share\":1.25,\"together\":0.75}"));
  EXPECT_THAT(text, HasSubstr("\n    \"id\": {\"type\":\"bigint\",\"null_fraction\":0.0,\"distinct\":-1.0,"
                              "\"average_width\":8.0,\"correlation\":1.0,\"marks\":[\"1\",\"1000\"]}"));
}

TEST(ShapeFile, RefusesWhatIsNoShape) {
  EXPECT_THAT(mistakes(""), Contains(HasSubstr("shop.json:1:1: error: the file is empty")));
  EXPECT_THAT(mistakes("[1]"), Contains(HasSubstr("a JSON array, not a shape file")));
  EXPECT_THAT(mistakes("{\"format\": \"pgrehearse-doctor/1\"}"), Contains(HasSubstr("JSON of another kind")));
  EXPECT_THAT(mistakes("{\n \"pgrehearse_shape\": oops}"),
              Contains(AllOf(HasSubstr("shop.json:2:2"), HasSubstr("error: is no JSON"))));
  EXPECT_THAT(mistakes(changed("\"pgrehearse_shape\": 1", "\"pgrehearse_shape\": 2")),
              Contains(AllOf(HasSubstr("shop.json:2:22"), HasSubstr("version 2"), HasSubstr("reads version 1"))));
}

TEST(ShapeFile, SaysThatItWasCutOffWhereverItEnds) {
  const std::string text = to_json(shop());
  for (std::size_t end = 1; end + 2 < text.size(); end += 7) {
    const auto found = mistakes(text.substr(0, end));
    ASSERT_EQ(found.size(), 1u) << end;
    EXPECT_THAT(found[0], AllOf(HasSubstr("shop.json:"), HasSubstr("the file ends in the middle"))) << end;
  }
}

struct Impossible {
  const char *from, *to, *message;
};
void PrintTo(const Impossible& impossible, std::ostream* out) { *out << impossible.message; }

class ImpossibleShape : public ::testing::TestWithParam<Impossible> {};

TEST_P(ImpossibleShape, IsRefusedWithItsPlace) {
  const std::string text = changed(GetParam().from, GetParam().to);
  const auto found = mistakes(text);
  ASSERT_EQ(found.size(), 1u) << ::testing::PrintToString(found);
  EXPECT_THAT(found[0], AllOf(HasSubstr(GetParam().message), HasSubstr("hint: ")));
  const std::string before = to_json(shop());
  const auto change = static_cast<std::ptrdiff_t>(before.find(GetParam().from));
  const auto line = std::count(before.begin(), before.begin() + change, '\n') + 1;
  const int named = std::stoi(found[0].substr(std::string("shop.json:").size()));
  EXPECT_EQ(named, line) << found[0];
}

INSTANTIATE_TEST_SUITE_P(
    All, ImpossibleShape,
    ::testing::Values(
        Impossible{"\"null_fraction\":0.125", "\"null_fraction\":-0.125", "email/null_fraction is -0.125"},
        Impossible{"\"null_fraction\":0.125", "\"null_fraction\":\"some\"", "where a number was expected"},
        Impossible{"\"null_fraction\":0.125", "\"nulls_fraction\":0.125, \"null_fraction\":0.125",
                   "'nulls_fraction' is not known here"},
        Impossible{"\"null_fraction\":0.125,", "", "has no 'null_fraction'"},
        Impossible{"[9,0.0625]", "[9,0.9]", "make 1.025 of the rows together with the nulls"},
        Impossible{"[9,0.0625]", "[9,0]", "has a share above 0"}, Impossible{"[9,0.0625]", "[9]", "is no common value"},
        Impossible{"[9,0.0625]", "true", "is no mark"},
        Impossible{"\"distinct\":-0.5", "\"distinct\":-1.5", "email/distinct is -1.5"},
        Impossible{"\"distinct\":-0.5", "\"distinct\":0.5", "have 1 common values"},
        Impossible{"\"distinct\":-0.5", "\"distinct\":2000", "has 2000 different values in 1000 rows"},
        Impossible{"\"distinct\":-1.0", "\"distinct\":500", "is unique, but has 500 different values for 1000 rows"},
        Impossible{"\"correlation\":-0.25", "\"correlation\":-2", "lies between -1 and 1"},
        Impossible{"[\"1\",\"1000\"]", "[\"1000\",\"1\"]", "'1' stands behind a greater value"},
        Impossible{"[5,9,80]", "[5,80,9]", "9 stands behind 80"},
        Impossible{"[5,9,80]", "[0.5,9,80]", "where a whole number from 0 was expected"},
        Impossible{"\"dead_fraction\": 0.25", "\"dead_fraction\": 25", "dead_fraction is 25"},
        Impossible{"\"rows\": 1000", "\"rows\": -1", "whole number from 0"},
        Impossible{"[1.0,2.0,40.0]", "[2.0,1.0,40.0]", "1 stands behind 2"},
        Impossible{"[1.0,2.0,40.0]", "[1.0]", "needs the least and the most children"},
        Impossible{"\"frequency\":0.03125", "\"frequency\":0.999", "combinations that make 1.015 of the rows"},
        Impossible{"[\"x\",\"7\"]", "[\"x\"]", "has 1 values for 2 columns"},
        Impossible{"\"to\":\"email\"", "\"to\":\"mail\"", "speaks of column 'mail'"},
        Impossible{"\"fillfactor\":70", "\"fillfactor\":7", "lies between 10 and 100"},
        Impossible{"\"unique\":true", "\"unique\":1", "where true or false was expected"}));

TEST(ShapeFile, TellsAllMistakesAtOnce) {
  Shape shape = shop();
  shape.tables.push_back(shape.tables.front());
  auto& columns = shape.tables.back().statistics.columns;
  columns["email"].null_fraction = 2;
  columns["id"].correlation = 3;
  columns["tags"].elements->counts = {2, 1};
  const auto found = mistakes(to_json(shape));
  EXPECT_THAT(found, Contains(HasSubstr("public.users twice")));
  EXPECT_THAT(found, Contains(HasSubstr("tables/1/columns/email/null_fraction is 2")));
  EXPECT_THAT(found, Contains(HasSubstr("tables/1/columns/id/correlation is 3")));
  EXPECT_THAT(found, Contains(HasSubstr("tables/1/columns/tags/elements/counts are not in order")));
}

TEST(ShapeFile, ReadsNothingFromAFolderThatIsNotThere) {
  const auto read = read_shape_file("/nowhere/shop.json");
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.errors().front().message, HasSubstr("cannot read the shape file /nowhere/shop.json"));
}

}  // namespace
}  // namespace pgrehearse::profile
