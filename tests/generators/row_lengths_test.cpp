// Columns whose values are long in the same rows.
#include <cmath>

#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kArticles = 4'000;

Column lengthy(const std::string& name, std::optional<double> together, std::uint32_t factor,
               const Type& type = text()) {
  ColumnStatistics statistics;
  statistics.distinct = -1;
  statistics.average_width = 400;
  statistics.stored_share = 0.6;
  statistics.correlation = name == "body" ? 0.01 : -0.4;
  statistics.rows = kArticles;
  statistics.together = together;
  for (std::uint32_t i = 0; i <= 100; ++i) {
    statistics.marks.push_back({{}, 500 * factor, 0});
    statistics.widths.push_back((500 + i * i) * factor);
  }
  Column made = column(name, type);
  made.statistics = std::make_shared<ColumnStatistics>(statistics);
  return made;
}

// None: NULL.
std::vector<std::optional<double>> lengths(const Generator& generator, std::size_t column) {
  std::vector<std::optional<double>> found;
  for (std::uint64_t row = 0; row < kArticles; ++row) {
    const auto value = generator.text(0, row, column);
    found.push_back(value ? std::optional(static_cast<double>(value->size())) : std::nullopt);
  }
  return found;
}

// Of the rows that have both.
double correlation(const Generator& generator, std::size_t one, std::size_t other) {
  const auto x = lengths(generator, one), y = lengths(generator, other);
  double n = 0, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i] || !y[i]) continue;
    ++n, sx += *x[i], sy += *y[i], xx += *x[i] * *x[i], yy += *y[i] * *y[i], xy += *x[i] * *y[i];
  }
  return (xy / n - sx / n * sy / n) / std::sqrt((xx / n - sx / n * sx / n) * (yy / n - sy / n * sy / n));
}

double mean(const Generator& generator, std::size_t column) {
  double sum = 0, count = 0;
  for (const auto& length : lengths(generator, column))
    if (length) ++count, sum += *length;
  return sum / count;
}

TEST(RowLengths, GoTogetherAsFarAsSampled) {
  for (double together : {0.999, 0.7, 0.3}) {
    const Generator made =
        planned({table("articles", kArticles, {lengthy("body", together, 1), lengthy("html", together, 2)})});
    EXPECT_NEAR(correlation(made, 0, 1), together, 0.06);
    EXPECT_NEAR(mean(made, 0), 500 + 3'350, 100);
    EXPECT_NEAR(mean(made, 1), 2 * (500 + 3'350), 200);
  }
}

TEST(RowLengths, AreIndependentWhereNobodySampledThem) {
  const Generator made = planned({table("articles", kArticles, {lengthy("body", {}, 1), lengthy("html", {}, 2)})});
  EXPECT_NEAR(correlation(made, 0, 1), 0, 0.06);
}

TEST(RowLengths, GoTogetherInUniqueAndNullableColumnsAndDocuments) {
  Column body = lengthy("body", 0.999, 1), html = lengthy("html", 0.999, 2);
  Column settings = lengthy("settings", 0.999, 3, type_of(Kind::jsonb, "jsonb", 3802));
  auto some = std::make_shared<ColumnStatistics>(*html.statistics);
  some->null_fraction = 0.3;
  html.statistics = some;
  html.not_null = false;
  TableShape articles = table("articles", kArticles, {body, html, settings});
  articles.keys = {key({0})};
  const Generator made = planned({articles});
  EXPECT_GT(correlation(made, 0, 1), 0.97);
  EXPECT_GT(correlation(made, 0, 2), 0.97);
  EXPECT_EQ(tuples(made, 0, {0}, kArticles).size(), kArticles);
}

}  // namespace
}  // namespace pgrehearse::generators::testing
