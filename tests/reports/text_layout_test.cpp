#include "reports/text_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgrehearse::reports {
namespace {

using ::testing::ElementsAre;

TEST(Width, IsWhatATerminalShows) {
  EXPECT_EQ(display_width("plain"), 5u);
  EXPECT_EQ(display_width("für 18 µs"), 9u);
  EXPECT_EQ(display_width("e\u0301"), 1u) << "a combining accent";
  EXPECT_EQ(display_width("表"), 2u);
  EXPECT_EQ(display_width("\xff\xfe"), 2u) << "bytes that are no UTF-8";
  EXPECT_EQ(display_width("\xe8\xa1"), 2u) << "cut off within a character";
}

TEST(Cut, NeverSplitsACharacter) {
  EXPECT_EQ(cut("short", 5), "short");
  EXPECT_EQ(cut("longer", 5), "long…");
  EXPECT_EQ(cut("表表表", 4), "表…");
  EXPECT_EQ(cut("anything", 0), "");
}

TEST(CutMiddle, KeepsBothEnds) {
  const std::string place = "2026-01-02-000000_add_score_to_users/up.sql:1";
  EXPECT_EQ(cut_middle(place, 45), place);
  EXPECT_EQ(cut_middle(place, 25), "2026-01-02-0…ers/up.sql:1");
  EXPECT_EQ(cut_middle("表表表表", 5), "表…表");
  EXPECT_EQ(cut_middle("anything", 0), "");
}

TEST(Printable, LetsNoEscapeSequenceThrough) {
  EXPECT_EQ(printable("a\033[31mb\nc\td\x7f"), "a [31mb c d ");
  EXPECT_EQ(printable("\u009b31m"), " 31m") << "the one-character form of the same";
  EXPECT_EQ(printable("für"), "für");
}

TEST(Wrap, BreaksAtSpacesAndLongWordsAnywhere) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("abcdefghij kl", 4), ElementsAre("abcd", "efgh", "ij", "kl"));
  EXPECT_THAT(wrap("", 10), ElementsAre(""));
  EXPECT_THAT(wrap("表表 表", 4), ElementsAre("表表", "表"));
}

TEST(Aligned, PadsByWidthAndCutsTheWidestColumn) {
  const Table table{{{"name"}, {"ms", true}}, {{"für alle", "1"}, {"x", "1000"}}};
  EXPECT_EQ(aligned(table, 2, {}), "  name        ms\n  für alle     1\n  x         1000\n");
  const Table wide{{{"sql"}, {"ms", true}}, {{std::string(200, 'x'), "17"}}};
  const std::string text = aligned(wide, 2, {false, 60});
  EXPECT_LE(display_width(text.substr(text.find('\n') + 1)), 61u);
  EXPECT_NE(text.find("…  17"), std::string::npos);
}

TEST(Aligned, CutsAPlaceInTheMiddle) {
  const Table table{{{.name = "at", .place = true}, {"ms", true}}, {{std::string(80, 'x') + "/up.sql:1", "17"}}};
  EXPECT_NE(aligned(table, 2, {false, 60}).find("xx…xx"), std::string::npos);
  EXPECT_NE(aligned(table, 2, {false, 60}).find("/up.sql:1  17"), std::string::npos);
}

TEST(Colour, OnlyWhenAsked) {
  EXPECT_EQ(tinted("x", Tone::bad, {false, 80}), "x");
  EXPECT_EQ(tinted("x", Tone::bad, {true, 80}), "\033[31mx\033[0m");
}

}  // namespace
}  // namespace pgrehearse::reports
