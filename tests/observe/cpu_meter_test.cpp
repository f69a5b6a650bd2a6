#include "harness/observe/cpu_meter.hpp"

#include <gmock/gmock.h>

#include <ctime>

#include "tests/observe/support.hpp"

namespace pgrehearse::observe {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(CpuMeter, TellsOurOwnWorkFromForeign) {
  const base::SteadyClock clock;
  ListRecorder recorder;
  CpuMeter meter(0, clock, recorder);
  meter.start();
  for (const auto begin = std::clock(); std::clock() - begin < CLOCKS_PER_SEC / 5;) continue;
  meter.cut("quiet", "up");
  const auto uses = recorder.all<record::CpuUse>();
  ASSERT_THAT(uses, SizeIs(1));
  EXPECT_EQ(uses[0].phase, "up");
  EXPECT_GE(uses[0].own_s, 0.2);
  EXPECT_GE(uses[0].machine_busy_s, 0.1);
  EXPECT_LE(uses[0].foreign_s, uses[0].machine_busy_s - uses[0].own_s + 0.1);
  EXPECT_GE(uses[0].cores, 1);
}

TEST(CpuMeter, RecordsAGapWhenTheServerIsGone) {
  const base::SteadyClock clock;
  ListRecorder recorder;
  CpuMeter meter(1 << 30, clock, recorder);  // above any pid
  meter.start();
  meter.cut("quiet", "up");
  EXPECT_THAT(recorder.all<record::CpuUse>(), IsEmpty());
  const auto gaps = recorder.all<record::Gap>();
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].observer, "cpu");
}

}  // namespace
}  // namespace pgrehearse::observe
