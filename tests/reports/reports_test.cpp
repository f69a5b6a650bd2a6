// Every form of the report over the stories of tests/analyse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/terminal.hpp"
#include "reports/text_layout.hpp"
#include "tests/analyse/analysed.hpp"
#include "tests/analyse/cast_stories.hpp"
#include "tests/analyse/stories.hpp"
#include "tests/reports/golden.hpp"

namespace pgrehearse::reports {
namespace {

using testing::expect_golden;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Story;

// Names, SQL and messages that try to be something else.
analyse::Analysis hostile() {
  Story story = testing::long_reader();
  story.record().manifest.scenario_name = "<script>alert(1)</script>";
  for (record::Event& event : story.record().events) {
    if (auto* statement = std::get_if<record::Statement>(&event)) {
      statement->sql = "ALTER TABLE \"</script><script>alert('2')\" ADD |x| `y` \033[31m text";
      statement->locks[0].relation = "public.users";
    }
    if (auto* step = std::get_if<record::AdversaryStep>(&event)) step->adversary = "\"><img onerror=alert(3)>";
  }
  story.append(record::Notice{{}, "@everyone <b>bold</b>\n| a | b |"});
  return analysed(story);
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// ---- terminal ----

TEST(Terminal, LooksAsAgreed) {
  expect_golden("rewrite.txt", terminal(analysed(testing::volatile_default())));
  expect_golden("long_reader.txt", terminal(analysed(testing::long_reader())));
  expect_golden("clean.txt", terminal(analysed(testing::clean_run())));
  expect_golden("applications.txt", terminal(analysed(testing::renamed_column())));
  expect_golden("adversaries.txt", terminal(analysed(testing::second_ddl())));
  expect_golden("failing.txt", terminal(analysed(testing::failing_migration()), {false, 80}));
}

TEST(Terminal, StaysWithinItsWidthAndWithoutEscapeSequences) {
  for (std::size_t width : {60u, 80u, 100u}) {
    for (const auto& analysis : {analysed(testing::down_that_loses()), hostile(), analysed(testing::index_build())}) {
      std::istringstream lines(terminal(analysis, {false, width}));
      for (std::string line; std::getline(lines, line);) {
        EXPECT_EQ(line.find('\033'), std::string::npos) << line;
        if (width >= 80) {
          EXPECT_LE(display_width(line), width) << line;
        }
      }
    }
  }
  EXPECT_THAT(terminal(analysed(testing::clean_run()), {true, 100}), HasSubstr("\033[32mPASS"));
}

// ---- Markdown ----

TEST(Markdown, LooksAsAgreed) { expect_golden("rewrite.md", markdown(analysed(testing::volatile_default()))); }

TEST(Markdown, NothingOfAHostileNameIsMarkup) {
  // What stands in code spans is literal for every reader of Markdown.
  const std::string text = std::regex_replace(markdown(hostile()), std::regex("(`+)[^\\n]*?\\1"), "code");
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("<b>")));
  EXPECT_THAT(text, Not(HasSubstr("@everyone")));
  EXPECT_THAT(text, Not(HasSubstr("<img")));
}

TEST(Markdown, LeavesOutWhatDoesNotFitAndSaysSo) {
  Story story = testing::volatile_default();
  for (int i = 0; i < 2000; ++i) story.append(record::Notice{{}, std::string(100, 'n')});
  const std::string text = markdown(analysed(story), 20'000);
  EXPECT_LE(text.size(), 20'000u);
  EXPECT_THAT(text, HasSubstr("FAIL: Blocks reads and writes"));
  EXPECT_THAT(text, HasSubstr("did not fit"));
  EXPECT_THAT(text, HasSubstr("traffic pass"));
}

// ---- HTML ----

TEST(Html, NothingOfAHostileNameIsMarkup) {
  const std::string page = html(hostile());
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img onerror")));
  EXPECT_EQ(times(page, "<script"), 3u) << "the data, the chart library and the page's own";
  EXPECT_EQ(times(page, "</script>"), 3u);
}

TEST(Html, NeedsNoNetwork) {
  const std::string page = html(analysed(testing::volatile_default()));
  for (const char* part : {"src=", "<link", "@import", "url("}) EXPECT_THAT(page, Not(HasSubstr(part))) << part;
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(Html, SaysEverythingWithoutItsScripts) {
  std::string page = html(analysed(testing::down_that_loses()));
  page = page.substr(0, page.find("<script"));
  EXPECT_THAT(page, HasSubstr("Down restores neither schema nor data"));
  EXPECT_THAT(page, HasSubstr("index public.users_email: missing after down"));
  EXPECT_THAT(page, HasSubstr("ALTER TABLE users ADD COLUMN note text"));
  EXPECT_THAT(page, HasSubstr("ACCESS EXCLUSIVE users"));
  EXPECT_THAT(page, HasSubstr("shared_buffers"));
}

// ---- JUnit ----

TEST(JUnit, HasACaseForEachGateAndPassWithUniqueNames) {
  const std::string xml = junit(analysed(testing::long_reader()));
  EXPECT_THAT(xml, HasSubstr(R"(<testsuite name="pgrehearse.story" tests="7" failures="2" errors="2">)"));
  EXPECT_THAT(xml, HasSubstr(R"(name="gate max_stall" time="0.000" file="migrations/7/up.sql" line="1")"));
  EXPECT_THAT(xml, HasSubstr(R"(name="pass adversary long-reader")"));
  analyse::Analysis twice = analysed(testing::clean_run());
  twice.gates.push_back(twice.gates.front());
  EXPECT_THAT(junit(twice), HasSubstr("gate migration_succeeds (2)"));
}

TEST(JUnit, EscapesAndHoldsNoControlCharacters) {
  const std::string xml = junit(hostile());
  EXPECT_THAT(xml, Not(HasSubstr("<script")));
  EXPECT_EQ(xml.find('\033'), std::string::npos);
}

}  // namespace
}  // namespace pgrehearse::reports
