#include "harness/record/run_folder.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::record {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RunFolderTest : public ::testing::Test {
 protected:
  std::string path() const { return base_.path("a/run"); }
  std::unique_ptr<RunFolder> create() const {
    auto folder = RunFolder::create(path());
    EXPECT_TRUE(folder);
    return std::move(folder).value();
  }
  void append_text(const std::string& name, std::string_view text) const {
    std::ofstream(path() + "/" + name, std::ios::app) << text;
  }

  const testing::TemporaryFolder base_;
};

Window window(int number) {
  Window window{.pass = "traffic", .script = "read", .start = number * 1ms, .end = (number + 1) * 1ms};
  window.within.response.record(1ms);
  return window;
}

TEST_F(RunFolderTest, KeepsTheOrderOfWriting) {
  {
    const auto folder = create();
    for (int i = 0; i < 3; ++i) {
      folder->append(Event(Notice{i * 1ms, std::to_string(i)}));
      folder->append(window(i));
    }
    ASSERT_TRUE(folder->write_manifest(Manifest{}));
  }
  const auto record = read_run_folder(path());
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->defects.empty());
  ASSERT_EQ(record->events.size(), 3u);
  ASSERT_EQ(record->windows.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(std::get<Notice>(record->events[at]).text, std::to_string(i));
    EXPECT_EQ(record->windows[at].start, i * 1ms);
  }
}

TEST_F(RunFolderTest, ManyThreadsWriteWholeLines) {
  const auto folder = create();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) {
        folder->append(Event(Notice{1ms, std::string(300, 'x')}));
        folder->append(window(i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(folder->write_manifest(Manifest{}));
  const auto record = read_run_folder(path());  // while the writer still stands
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->defects.empty());
  EXPECT_EQ(record->events.size(), 1000u);
  EXPECT_EQ(record->windows.size(), 1000u);
}

TEST_F(RunFolderTest, RefusesAFolderWithContent) {
  fs::create_directories(path());
  append_text("mine.txt", "precious");
  const auto folder = RunFolder::create(path());
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.errors()[0].message, HasSubstr("not empty"));
  EXPECT_EQ(folder.errors()[0].kind, base::ErrorKind::usage);
}

TEST_F(RunFolderTest, SaysWhenItCannotBeMade) {
  base_.write("a", "a file in the way");
  const auto folder = RunFolder::create(path());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.errors()[0].kind, base::ErrorKind::environment);
}

TEST_F(RunFolderTest, DropsATornLastLineAndSaysSo) {
  {
    const auto folder = create();
    folder->append(Event(Notice{1ms, "whole"}));
    ASSERT_TRUE(folder->write_manifest(Manifest{}));
  }
  append_text("events.jsonl", R"({"type":"notice","at_ms":2.0,"te)");
  const auto record = read_run_folder(path());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->events.size(), 1u);
  EXPECT_THAT(record->defects, ElementsAre(HasSubstr("events.jsonl:2: the last line is cut off")));
}

TEST_F(RunFolderTest, NamesUnreadableLinesAndReadsOn) {
  {
    const auto folder = create();
    ASSERT_TRUE(folder->write_manifest(Manifest{}));
  }
  append_text("events.jsonl", "garbage\n{\"type\":\"notice\",\"text\":\"still here\"}\n");
  fs::remove(path() + "/windows.jsonl");
  const auto record = read_run_folder(path());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->events.size(), 1u);
  EXPECT_THAT(record->defects, ElementsAre(HasSubstr("events.jsonl:1"), "windows.jsonl is missing"));
}

TEST_F(RunFolderTest, RefusesWhatIsNoRun) {
  const auto nothing = read_run_folder(base_.path("nowhere"));
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.errors()[0].message, HasSubstr("manifest.json"));
  {
    const auto folder = create();
    Manifest manifest;
    manifest.format = "pgrehearse-run/99";
    ASSERT_TRUE(folder->write_manifest(manifest));
  }
  const auto newer = read_run_folder(path());
  ASSERT_FALSE(newer);
  EXPECT_THAT(newer.errors()[0].message, HasSubstr("pgrehearse-run/99"));
}

// A process that is killed at some moment while it writes.
TEST_F(RunFolderTest, IsReadableAfterKill) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto folder = RunFolder::create(path());
    if (!folder || !(*folder)->write_manifest(Manifest{})) ::_exit(1);
    for (int i = 0;; ++i) {
      (*folder)->append(window(i));
      (*folder)->append(Event(PhaseStart{i * 1ms, "traffic", "up"}));
    }
  }
  const auto size = [&](const std::string& name) {
    std::error_code none_yet;
    const auto bytes = fs::file_size(path() + "/" + name, none_yet);
    return none_yet ? 0 : bytes;
  };
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < deadline &&
         (size("events.jsonl") < 100'000 || size("windows.jsonl") < 100'000)) {
    std::this_thread::yield();
  }
  ::kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto record = read_run_folder(path());
  ASSERT_TRUE(record);
  EXPECT_GT(record->events.size(), 1000u);
  EXPECT_GT(record->windows.size(), 100u);
  for (const std::string& defect : record->defects) EXPECT_THAT(defect, HasSubstr("cut off"));
}

// The limit on the size of files stands in for a full disk: both end in a write that fails half-way.
TEST_F(RunFolderTest, StatusSaysThatTheDiskIsFull) {
  const auto folder = create();
  ASSERT_TRUE(folder->write_manifest(Manifest{}));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  for (int i = 0; i < 1000; ++i) folder->append(Event(Notice{1ms, std::string(100, 'x')}));
  const auto status = folder->status();
  const auto file = folder->write_file("report.html", std::string(20'000, 'y'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.errors()[0].message, HasSubstr("events.jsonl"));
  EXPECT_FALSE(file);
  EXPECT_FALSE(fs::exists(path() + "/report.html"));
  folder->append(Event(Notice{2ms, "dropped"}));
  EXPECT_FALSE(folder->status()) << "the first failure stays";
  const auto record = read_run_folder(path());
  ASSERT_TRUE(record);
  EXPECT_GT(record->events.size(), 50u);
  EXPECT_THAT(record->defects, ElementsAre(HasSubstr("cut off")));
}

}  // namespace
}  // namespace pgrehearse::record
