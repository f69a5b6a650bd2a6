// latency.hlog as HdrHistogram's own reader (Java; Debian's libhdrhistogram-java) sees it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "harness/base/random.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/record/run_folder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::record {
namespace {

using namespace std::chrono_literals;

constexpr const char* library = "/usr/share/java/hdrhistogram.jar";

// Windows of two scripts, with values over all of the range.
Record long_tailed() {
  Record record;
  record.manifest.wall_start_s = 1767323045.5;
  base::RandomStream random(base::Seed{5});
  for (int i = 0; i < 20; ++i) {
    Window window{.pass = "traffic", .script = i % 2 ? "read" : "write", .start = i * 100ms, .end = i * 100ms + 200ms};
    for (int n = 0; n < 500; ++n) {
      const double us = std::exp(random.unit() * 20);  // from 1 µs to 8 minutes
      (n % 7 ? window.within : window.outlived).response.record(std::chrono::microseconds(std::llround(us)));
    }
    record.windows.push_back(std::move(window));
  }
  return record;
}

Histogram total(const Record& record, std::string_view script) {
  Histogram sum;
  for (const Window& window : record.windows) {
    if (window.script != script) continue;
    sum.merge(window.within.response);
    sum.merge(window.outlived.response);
  }
  return sum;
}

struct Line {
  double us = 0, fraction = 0;
  std::uint64_t count = 0;  // up to here
};

// The distribution that the processor prints: "Value Percentile TotalCount 1/(1-Percentile)" and a line for each step.
std::vector<Line> distribution(const std::string& text) {
  std::vector<Line> lines;
  std::istringstream stream(text);
  for (std::string row; std::getline(stream, row);) {
    std::istringstream columns(row);
    Line line;
    if (columns >> line.us >> line.fraction >> line.count) lines.push_back(line);
  }
  return lines;
}

base::Output process(const std::string& log, const std::string& script) {
  const base::Command command{.arguments = {"java", "-cp", library, "org.HdrHistogram.HistogramLogProcessor", "-i", log,
                                            "-tag", script + ":traffic", "-outputValueUnitRatio", "1"}};
  const auto output = base::run(command, 60s);
  if (output) return *output;
  ADD_FAILURE() << to_string(output.errors().front());
  return {};
}

TEST(HdrTools, ReadTheLogAndSeeOurPercentiles) {
  const auto java = base::run({.arguments = {"java", "-version"}}, 60s);
  if (!java || java->exit_status != 0 || !std::filesystem::exists(library)) {
    GTEST_SKIP() << "needs java and " << library << ": default-jre-headless and libhdrhistogram-java";
  }
  const pgrehearse::testing::TemporaryFolder folder;
  const Record record = long_tailed();
  const std::string log = folder.write("latency.hlog", to_hdr_log(record));
  for (const char* script : {"read", "write"}) {
    const Histogram ours = total(record, script);
    const base::Output output = process(log, script);
    ASSERT_EQ(output.exit_status, 0) << output.err;
    const std::vector<Line> theirs = distribution(output.out);
    ASSERT_GT(theirs.size(), 20u) << output.out << output.err;
    for (const Line& line : theirs) {
      ASSERT_NEAR(line.us, base::to_ms(ours.at(line.fraction)) * 1000, 1e-3 * line.us + 1) << script << line.fraction;
    }
    EXPECT_EQ(theirs.back().count, ours.count());
    EXPECT_NE(output.out.find(fmt::format("Total count    = {:>12}", ours.count())), std::string::npos) << output.out;
  }
}

}  // namespace
}  // namespace pgrehearse::record
