#include "harness/observe/log_follower.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::observe {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A data directory with the files that the logging collector would write.
class Following : public ::testing::Test {
 protected:
  Following() {
    fs::create_directory(folder + "/log");
    write("log/a.json", entry("before"));
    current("log/a.json");
  }

  static std::string entry(const std::string& message) {
    return R"({"timestamp":"2026-11-20 23:57:21.047 UTC","pid":1,"message":")" + message + "\"}\n";
  }
  void write(const std::string& name, const std::string& text, std::ios::openmode mode = std::ios::app) {
    std::ofstream(folder + "/" + name, mode) << text;
  }
  void current(const std::string& name) {
    write("current_logfiles", "stderr log/other.log\njsonlog " + name + "\n", std::ios::trunc);
  }
  static std::vector<std::string> messages(const LogFollower::News& news) {
    std::vector<std::string> found;
    for (const LogEntry& entry : news.entries) found.push_back(entry.message);
    return found;
  }

  const testing::TemporaryFolder made;
  const std::string folder = made.path();
};

TEST_F(Following, BeginsAtTheEndAndReadsWhatIsNew) {
  LogFollower follower(log_files_on_disk(folder, LogFormat::json), LogFormat::json);
  EXPECT_THAT(follower.read().entries, IsEmpty());
  write("log/a.json", entry("one") + entry("two"));
  EXPECT_THAT(messages(follower.read()), ElementsAre("one", "two"));
  EXPECT_THAT(follower.read().entries, IsEmpty());
}

TEST_F(Following, WaitsForTheEndOfALine) {
  LogFollower follower(log_files_on_disk(folder, LogFormat::json), LogFormat::json);
  const std::string text = entry("torn");
  write("log/a.json", text.substr(0, 30));
  EXPECT_THAT(follower.read().entries, IsEmpty());
  write("log/a.json", text.substr(30));
  const auto news = follower.read();
  EXPECT_THAT(messages(news), ElementsAre("torn"));
  EXPECT_THAT(news.troubles, IsEmpty());
}

TEST_F(Following, ReadsTheOldFileToItsEndBeforeTheNew) {
  LogFollower follower(log_files_on_disk(folder, LogFormat::json), LogFormat::json);
  write("log/a.json", entry("last of the old"));
  write("log/b.json", entry("first of the new"));
  current("log/b.json");
  EXPECT_THAT(messages(follower.read()), ElementsAre("last of the old", "first of the new"));
  write("log/b.json", entry("second"));
  EXPECT_THAT(messages(follower.read()), ElementsAre("second"));
}

TEST_F(Following, StartsAnewInATruncatedFile) {
  LogFollower follower(log_files_on_disk(folder, LogFormat::json), LogFormat::json);
  write("log/a.json", "", std::ios::trunc);
  follower.read();
  write("log/a.json", entry("anew"));
  EXPECT_THAT(messages(follower.read()), ElementsAre("anew"));
}

TEST_F(Following, SaysWhatItCannotRead) {
  LogFollower follower(log_files_on_disk(folder, LogFormat::json), LogFormat::json);
  write("log/a.json", "{\"not\": \"an entry\"}\n" + entry("fine"));
  const auto news = follower.read();
  EXPECT_THAT(messages(news), ElementsAre("fine"));
  EXPECT_THAT(news.troubles, ElementsAre(HasSubstr("not a log entry")));
  current("log/missing.json");
  EXPECT_THAT(follower.read().troubles, SizeIs(1));
}

}  // namespace
}  // namespace pgrehearse::observe
