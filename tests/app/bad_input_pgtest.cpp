// Each way in which input or environment can be wrong gives its documented exit status and says what to do.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

struct Mistake {
  std::string name;
  std::vector<std::string> arguments;  // FOLDER stands for the test's folder
  int exit_status;
  std::vector<std::string> says;  // on standard error
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

std::vector<Mistake> mistakes() {
  return {
      {"no_arguments", {}, 2, {"Usage: pgrehearse COMMAND"}},
      {"unknown_command", {"rnu"}, 2, {"unknown command 'rnu'", "did you mean 'run'?"}},
      {"unknown_option", {"run", "--rowz", "5"}, 2, {"unknown option '--rowz'", "did you mean '--rows'?"}},
      {"nothing_to_rehearse", {"run"}, 2, {"error: ", "hint: "}},
      {"unknown_scenario", {"run", "indx"}, 2, {"indx", "index"}},
      {"missing_file", {"run", "FOLDER/nowhere.yaml"}, 2, {"nowhere.yaml"}},
      {"bad_yaml", {"run", "FOLDER/bad.yaml"}, 2, {"bad.yaml:3:1", "not valid YAML"}},
      {"unknown_key", {"run", "FOLDER/key.yaml"}, 2, {"key.yaml:4:1", "trafic", "did you mean 'traffic'?"}},
      {"no_unit", {"run", "FOLDER/unit.yaml"}, 2, {"unit.yaml:6:", "'500' has no unit", "as in 250ms"}},
      {"rows_without_number", {"run", "--up", "FOLDER/up.sql", "--rows", "lots"}, 2, {"lots"}},
      {"gate_without_unit", {"run", "--up", "FOLDER/up.sql", "--gate", "max_stall=500"}, 2, {"'500' has no unit"}},
      {"empty_migrations", {"run", "--migrations", "FOLDER/empty"}, 2, {"empty"}},
      {"no_such_version", {"run", "--migrations", "FOLDER/history", "--only", "7"}, 2, {"7"}},
      {"schema_fails",
       {"run", "--schema", "FOLDER/broken.sql", "--up", "FOLDER/up.sql"},
       2,
       {"broken.sql:2", "42P01", "nowhere"}},
      {"unfillable",
       {"run", "--schema", "FOLDER/unfillable.sql", "--up", "FOLDER/up.sql", "--rows", "10"},
       2,
       {"impossible_a_check: CHECK (((a * a) < 0))", "hint: "}},
      {"contradicting_checks",
       {"run", "--schema", "FOLDER/contradicting.sql", "--up", "FOLDER/up.sql", "--rows", "10"},
       2,
       {"public.t: column a: no value of integer", "high: CHECK ((a > 10)), low: CHECK ((a < 5))", "hint: "}},
      {"contradicting_columns",
       {"run", "--schema", "FOLDER/columns.sql", "--up", "FOLDER/up.sql", "--rows", "10"},
       2,
       {"public.t", "neither: CHECK (((a > b) AND (b > a)))", "hint: "}},
      {"unknown_table",
       {"run", "--schema", "FOLDER/schema.sql", "--up", "FOLDER/up.sql", "--rows", "usres=5"},
       2,
       {"usres", "did you mean", "users"}},
      {"no_server", {"run", "--up", "FOLDER/up.sql", "--postgres-bin", "FOLDER/empty"}, 4, {"empty", "hint: "}},
      {"output_in_use", {"run", "--up", "FOLDER/up.sql", "--output", "FOLDER/history"}, 2, {"history"}},
      {"output_unwritable", {"run", "--up", "FOLDER/up.sql", "--output", "/proc/nowhere/run"}, 4, {"/proc/nowhere"}},
      {"refused_setting",
       {"run", "--schema", "FOLDER/schema.sql", "--up", "FOLDER/up.sql", "--setting", "port=5432"},
       2,
       {"port"}},
      {"bad_script",
       {"run", "--schema", "FOLDER/schema.sql", "--up", "FOLDER/up.sql", "--rows", "10", "--script",
        "FOLDER/bad.script"},
       2,
       {"bad.script:2:"}},
      {"no_run_folder", {"report", "FOLDER/nowhere"}, 2, {"nowhere"}},
      {"unknown_format", {"report", "FOLDER", "--format", "htlm"}, 2, {"htlm", "did you mean 'html'?"}},
  };
}

class BadInput : public ::testing::TestWithParam<Mistake> {};

TEST_P(BadInput, ExitsAsDocumentedAndSaysWhatToDo) {
  const SmallRehearsal small;
  const auto& folder = small.folder();
  folder.write("bad.yaml", "name: x\nrows: [1, 2\n");
  folder.write("key.yaml", "name: x\nmigration:\n  up: up.sql\ntrafic:\n  rate: 5/s\n");
  folder.write("unit.yaml", "name: x\nmigration:\n  up: up.sql\nrows: 10\ngates:\n  max_stall: 500\n");
  folder.write("broken.sql", "CREATE TABLE a (x int);\nALTER TABLE nowhere ADD y int;\n");
  folder.write("unfillable.sql", "CREATE TABLE impossible (a int NOT NULL, CHECK (a * a < 0));\n");
  folder.write("contradicting.sql",
               "CREATE TABLE t (a int NOT NULL CONSTRAINT high CHECK (a > 10) CONSTRAINT low CHECK (a < 5));\n");
  folder.write("columns.sql",
               "CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT neither CHECK (a > b AND b > a));\n");
  folder.write("bad.script", "SELECT 1;\n\\set x random(1,\n");
  folder.write("empty/readme.txt", "");
  folder.write("history/1_first.up.sql", "CREATE TABLE a (x int);\n");
  folder.write("history/1_first.down.sql", "DROP TABLE a;\n");

  std::vector<std::string> arguments = GetParam().arguments;
  for (std::string& argument : arguments) {
    if (argument.starts_with("FOLDER")) argument.replace(0, 6, folder.path());
  }
  auto command = small.command(arguments);
  command.folder = folder.path();
  const auto output = base::run(command, std::chrono::seconds(120));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit_status, GetParam().exit_status) << output->err;
  for (const std::string& word : GetParam().says) {
    EXPECT_NE(output->err.find(word), std::string::npos) << word << " is not in:\n" << output->err;
  }
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(All, BadInput, ::testing::ValuesIn(mistakes()),
                         [](const auto& info) { return info.param.name; });

// A migration that fails is an outcome, not bad input.
TEST(FailingMigration, FailsItsGateAndNamesTheStatement) {
  const SmallRehearsal small;
  small.folder().write("up.sql", "ALTER TABLE users ADD COLUMN nick text;\nALTER TABLE users ADD COLUM x int;\n");
  const auto output = base::run(small.command(small.run_arguments()), std::chrono::seconds(120));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit_status, 1) << output->err;
  EXPECT_NE(output->out.find("up.sql:2"), std::string::npos) << output->out;
  const auto summary = nlohmann::json::parse(small.folder().read("run/summary.json"));
  EXPECT_EQ(summary.at("verdict"), "fail");
  EXPECT_EQ(summary.at("passes").at(0).at("statements").at(1).at("sqlstate"), "42601");
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});
}

class FullDisk : public ::testing::TestWithParam<const char*> {};

TEST_P(FullDisk, IsAnEnvironmentErrorThatSaysSo) {
  const SmallRehearsal small;
  const std::string full = GetParam() == std::string("server") ? small.servers() : small.folder().path("disk");
  std::filesystem::create_directories(full);
  const char* size = GetParam() == std::string("server") ? "size=8m,mode=0755" : "size=16k,mode=0755";
  if (::mount("tmpfs", full.c_str(), "tmpfs", 0, size) != 0) {
    GTEST_SKIP() << "a small file system cannot be mounted here: " << std::strerror(errno);
  }
  auto arguments = small.run_arguments();
  if (full != small.servers()) arguments.back() = full + "/run";
  const auto output = base::run(small.command(arguments), std::chrono::seconds(120));
  const auto left = small.left_behind();
  ::umount2(full.c_str(), MNT_DETACH);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit_status, 4) << output->err;
  EXPECT_NE(output->err.find("space"), std::string::npos) << output->err;
  EXPECT_NE(output->err.find("hint: "), std::string::npos) << output->err;
  EXPECT_EQ(left, std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(All, FullDisk, ::testing::Values("server", "record"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace pgrehearse::app
