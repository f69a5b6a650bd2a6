#include "tests/bench/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <ranges>
#include <utility>

#include "generators/generator.hpp"
#include "generators/quantity.hpp"
#include "tests/bench/copied_rows.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/series.hpp"

namespace pgrehearse::bench {
namespace {

using generators::Kind;

constexpr const char* database = "bench_statistics";
constexpr const char* schema =
    "CREATE TABLE t (id bigint NOT NULL, amount int NOT NULL, shop int, title text NOT NULL, secret text, "
    "at timestamptz NOT NULL, price numeric(12, 2) NOT NULL, token uuid NOT NULL, day date NOT NULL, weight float8)";
constexpr std::uint64_t table_rows = 10'000'000, batch_rows = 1024, loaded_rows = 1000 * batch_rows, batches = 40;

struct Wanted {
  const char* name;
  Kind kind;
  bool common, bounds;  // what its statistics hold
  double nulls, distinct, correlation;
  bool is_private = false;
};

constexpr Wanted columns[] = {{"id", Kind::int8, false, true, 0, -1, 0.3},
                              {"amount", Kind::int4, false, true, 0, -0.2, 0.1},
                              {"shop", Kind::int4, true, true, 0.1, 60'000, 0.01},
                              {"title", Kind::text, true, true, 0, 80'000, 0.01},
                              {"secret", Kind::text, true, true, 0.2, 80'000, 0.01, true},
                              {"at", Kind::timestamptz, false, true, 0, -0.9, 0.99},
                              {"price", Kind::numeric, true, true, 0, 500'000, 0.02},
                              {"token", Kind::uuid, false, true, 0, -0.5, 0},
                              {"day", Kind::date, true, false, 0, 1'900, 0.4},
                              {"weight", Kind::float8, false, true, 0.3, -0.6, 0}};

generators::Type type_of(Kind kind) {
  generators::Type type;
  type.kind = kind;
  if (kind == Kind::numeric) {
    type.precision = 12;
    type.scale = 2;
  }
  return type;
}

// A value of its type, ascending with the place from 0 to 1.
std::string value_at(const generators::Type& type, double place) {
  constexpr double letters = 26. * 26 * 26 * 26 * 26 * 26;
  std::string text;
  if (type.kind == Kind::text) {
    auto number = static_cast<std::uint64_t>(place * letters);
    text.resize(6);
    for (char& letter : std::views::reverse(text)) {
      letter = static_cast<char>('a' + number % 26);
      number /= 26;
    }
    text.append(static_cast<std::size_t>(place * 1e6) % 20, 'x');
  } else if (type.kind == Kind::uuid) {
    text = fmt::format("{:08x}-1234-4abc-8def-0123456789ab", static_cast<std::uint32_t>(place * 0xffffffff));
  } else {
    const double width = type.kind == Kind::date ? 2e3 : type.kind == Kind::timestamptz ? 2e14 : 2e9;
    generators::append_quantity(generators::unit_of(type), static_cast<std::int64_t>(place * width), text);
  }
  return text;
}

// Common values share half of the rows, the k-th with 1 / (k + 10); the histogram the other half.
std::shared_ptr<const generators::ColumnStatistics> statistics_of(const Wanted& wanted, const generators::Type& type,
                                                                  int target) {
  std::vector<std::pair<double, double>> marks;  // place, weight
  double sum = 0;
  for (int k = 0; wanted.common && k < target; ++k) {
    marks.emplace_back(base::Seed{7}.unit(static_cast<std::uint64_t>(k)), 1. / (k + 10));
    sum += marks.back().second;
  }
  for (int i = 0; wanted.bounds && i <= target; ++i) marks.emplace_back((i + 0.5) / (target + 1), 0);
  std::sort(marks.begin(), marks.end());
  auto statistics = std::make_shared<generators::ColumnStatistics>();
  statistics->rows = table_rows;
  statistics->null_fraction = wanted.nulls;
  statistics->distinct = wanted.distinct;
  statistics->average_width = 12;
  statistics->correlation = wanted.correlation;
  const double common_share = (1 - wanted.nulls) * (wanted.bounds ? 0.5 : 1);
  std::string before;
  for (const auto& [place, weight] : marks) {
    const std::string text = value_at(type, place);
    if (text == std::exchange(before, text)) continue;
    statistics->marks.push_back(
        {text, static_cast<std::uint32_t>(text.size()), weight > 0 ? common_share * weight / sum : 0});
    if (wanted.is_private) statistics->marks.back().value.reset();
  }
  return statistics;
}

generators::DatabaseShape shape_of(int target) {
  generators::TableShape table;
  table.schema = "public";
  table.name = "t";
  table.rows = table_rows;
  for (const Wanted& wanted : columns) {
    generators::Column column;
    column.name = wanted.name;
    column.type = type_of(wanted.kind);
    column.not_null = wanted.nulls == 0;
    column.statistics = statistics_of(wanted, column.type, target);
    table.columns.push_back(std::move(column));
  }
  table.keys.push_back({"t_pkey", {0}, true});
  generators::DatabaseShape shape;
  shape.tables.push_back(std::move(table));
  return shape;
}

// Of this thread, so that others on the machine do not count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

generators::Generator plan(int target) {
  const generators::DatabaseShape shape = shape_of(target);
  const double start = processor_seconds();
  auto generator = need(generators::Generator::plan(shape));
  fmt::print("statistics target {:>6}: planned in {:.3f} s\n", target, processor_seconds() - start);
  return generator;
}

// Thousands of rows a second.
double encode(const generators::Generator& generator) {
  std::string bytes;
  const double start = processor_seconds();
  for (std::uint64_t batch = 0; batch < batches; ++batch) {
    bytes.clear();
    generator.encode(0, batch * batch_rows, batch_rows, bytes);
  }
  return static_cast<double>(batches * batch_rows) / (processor_seconds() - start) / 1000;
}

double load(const postgres::Target& target, const generators::Generator& generator) {
  std::uint64_t first = 0;
  return copy_rows(target, "t", loaded_rows, [&](std::string& bytes) {
    if (first < loaded_rows) generator.encode(0, first, batch_rows, bytes);
    first += batch_rows;
  });
}

}  // namespace

void print_statistics(provision::Server& server, int rounds) {
  need(server.relax());
  need(server.drop(database));
  need(server.create(database));
  const postgres::Target target = server.target(database);
  need(postgres::Session::open(target))->query(schema);
  fmt::print(
      "\nTen columns by their statistics: planned and encoded, in seconds of one processor; then sent by COPY\n");
  const generators::Generator small = plan(100), large = plan(10'000);
  Series encoded{"encoded", "krows/s", {}, {}}, loaded{"loaded", "krows/s", {}, {}};
  for (int round = 0; round < rounds; ++round) {
    encoded.theirs.push_back(encode(small));
    encoded.ours.push_back(encode(large));
    loaded.theirs.push_back(load(target, small));
    loaded.ours.push_back(load(target, large));
  }
  print_header("target 10000", "target 100");
  print(encoded);
  print(loaded);
  need(server.drop(database));
}

}  // namespace pgrehearse::bench
