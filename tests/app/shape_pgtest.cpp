// From a database to its shape, and from there to a rehearsal without a schema of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/app/small_rehearsal.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

class Shape : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.session()->query(small_schema);
    database_.session()->query(R"(
      INSERT INTO users (email) SELECT 'user' || i || '@example.org' FROM generate_series(1, 3000) i;
      INSERT INTO orders (user_id, note) SELECT 1 + i % 100, CASE WHEN i % 4 > 0 THEN repeat('n', i % 50) END
        FROM generate_series(1, 9000) i;
      ANALYZE)");
    const auto output =
        small_.run({"profile", database_.target().connection_string(), "--sample", "--output", shape()});
    EXPECT_EQ(output.exit_status, 0) << output.err;
  }

  std::string shape() const { return small_.folder().path("shop.shape.json"); }

  base::Output rehearse(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"run",
                                       "--up",
                                       small_.folder().path("up.sql"),
                                       "--down",
                                       small_.folder().path("down.sql"),
                                       "--pass",
                                       "quiet",
                                       "--output",
                                       small_.folder().path("run"),
                                       "--shape",
                                       shape()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return small_.run(std::move(arguments));
  }
  Json read(const std::string& file) { return Json::parse(small_.folder().read("run/" + file)); }
  std::map<std::string, std::uint64_t> filled_rows() {
    const Json summary = read("summary.json");
    std::map<std::string, std::uint64_t> rows;
    for (const Json& table : summary.at("tables")) rows[table.at("name")] = table.at("rows");
    return rows;
  }

  testing::ScratchDatabase database_;
  SmallRehearsal small_;
};

TEST_F(Shape, GivesSchemaAndRows) {
  const auto output = rehearse({"--scale", "0.5", "--rows", "users=2k"});
  ASSERT_EQ(output.exit_status, 0) << output.err << output.out;
  auto rows = filled_rows();
  EXPECT_EQ(rows["public.orders"], 4500u);
  EXPECT_EQ(rows["public.users"], 2000u) << "named rows win";
  const Json fidelity = read("fidelity.json");
  ASSERT_EQ(fidelity.at("tables").size(), 2u);
  const Json& orders = fidelity.at("tables").at(0);
  EXPECT_EQ(orders.at("name"), "public.orders");
  EXPECT_EQ(orders.at("rows_asked"), 4500);
  EXPECT_EQ(orders.at("columns").size(), 3u);
  EXPECT_THAT(read("summary.json").at("notices").get<std::vector<std::string>>(),
              Contains(HasSubstr("public.orders: the rows meet ")));
}

TEST_F(Shape, OfAnotherSchemaIsAnError) {
  const std::string other = small_.folder().write("other.sql", "CREATE TABLE elsewhere (id int PRIMARY KEY);");
  const auto output = rehearse({"--schema", other});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err, AllOf(HasSubstr("shop.shape.json"), HasSubstr("the shape is of another schema"),
                                HasSubstr("only in the shape are public.orders, public.users"),
                                HasSubstr("only here are public.elsewhere")));
}

TEST_F(Shape, OfASchemaThatSharesOnlyNamesIsAnError) {
  const std::string other = small_.folder().write(
      "other.sql",
      "CREATE TABLE orders (number int PRIMARY KEY, state int, amount numeric, carrier text, sent date, note bytea);"
      "CREATE TABLE invoices (number int PRIMARY KEY, amount numeric);");
  const auto output = rehearse({"--schema", other});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err,
              AllOf(HasSubstr("the shape is of another schema: 1 of its 2 tables stands here"),
                    HasSubstr("only in the shape are public.users"), HasSubstr("only here are public.invoices"),
                    HasSubstr("public.orders.id, public.orders.note (bytea, not text)"), HasSubstr("hint: ")));
}

TEST_F(Shape, ThatDiffersInPartsIsUsedWhereItFits) {
  const std::string other = small_.folder().write(
      "other.sql",
      "CREATE TABLE users (id int PRIMARY KEY, email int); CREATE TABLE extra (id int PRIMARY KEY, note text);");
  small_.folder().write("up.sql", "ALTER TABLE users ADD COLUMN nick text;");
  small_.folder().write("down.sql", "ALTER TABLE users DROP COLUMN nick;");
  const auto output = rehearse({"--schema", other, "--rows", "500"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  const std::vector<std::string> notices = read("summary.json").at("notices");
  EXPECT_THAT(notices, Contains(HasSubstr("tables of the shape that this schema does not have: public.orders")));
  EXPECT_THAT(notices, Contains(AllOf(HasSubstr("not taken from the shape"),
                                      HasSubstr("public.users.email (integer, not text)"))));
  auto rows = filled_rows();
  EXPECT_EQ(rows["public.users"], 3000u);
  EXPECT_EQ(rows["public.extra"], 500u);
}

TEST_F(Shape, WithMistakesIsRefusedBeforeAnythingStarts) {
  std::string text = small_.folder().read("shop.shape.json");
  small_.folder().write("shop.shape.json", text.substr(0, text.size() / 2));
  const auto output = rehearse({});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err, HasSubstr("the file ends in the middle of the shape"));
  const auto unscaled = small_.run(
      {"run", "--schema", small_.folder().path("schema.sql"), "--up", small_.folder().path("up.sql"), "--scale", "2"});
  EXPECT_EQ(unscaled.exit_status, 2);
  EXPECT_THAT(unscaled.err, HasSubstr("there is no shape"));
}

}  // namespace
}  // namespace pgrehearse::app
