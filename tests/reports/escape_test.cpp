#include "reports/escape.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::reports {
namespace {

TEST(Escape, HtmlTextIsNeverMarkup) {
  EXPECT_EQ(html_escape("<script>alert('x')</script> & \"y\""),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;");
}

TEST(Escape, JsonInsideAScriptElementCannotEndIt) {
  EXPECT_EQ(json_for_html(R"({"a":"</script><!--"})"), R"({"a":"\u003c/script>\u003c!--"})");
}

TEST(Escape, MarkdownCellsStayCells) {
  EXPECT_EQ(markdown_escape("a|b\nc"), "a\\|b c");
  EXPECT_EQ(markdown_escape("<img> *x* [l](u) `c`"), "&lt;img> \\*x\\* \\[l\\](u) \\`c\\`");
  EXPECT_EQ(markdown_escape("@everyone"), "@<!-- -->everyone");
}

TEST(Escape, MarkdownCodeOutgrowsItsBackticks) {
  EXPECT_EQ(markdown_code("plain"), "`plain`");
  EXPECT_EQ(markdown_code("a`b``c"), "```a`b``c```");
  EXPECT_EQ(markdown_code("`x`"), "`` `x` ``");
  EXPECT_EQ(markdown_code("a | b"), "`a \\| b`");
}

TEST(Escape, XmlHoldsNoControlCharacters) { EXPECT_EQ(xml_text("a\x01\x1b\nb"), "a  \nb"); }

}  // namespace
}  // namespace pgrehearse::reports
