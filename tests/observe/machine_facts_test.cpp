#include "harness/observe/machine_facts.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::observe {
namespace {

TEST(MachineFacts, AreReadFromTheirTexts) {
  EXPECT_EQ(processor_of("processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 9B45\n\nprocessor\t: 1\n"),
            "AMD EPYC 9B45");
  EXPECT_EQ(processor_of("processor\t: 0\nBogoMIPS\t: 108.00\n\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0"),
            "Raspberry Pi 5 Model B Rev 1.0");
  EXPECT_EQ(memory_bytes_of("MemTotal:       24689500 kB\nMemFree:        1 kB\n"), 24689500ull * 1024);
  EXPECT_EQ(distribution_of("NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
            "Debian GNU/Linux 12 (bookworm)");
}

TEST(MachineFacts, StayEmptyWhereTheTextsDoNotSay) {
  EXPECT_EQ(processor_of(""), "");
  EXPECT_EQ(memory_bytes_of("MemTotal: much"), 0u);
  EXPECT_EQ(distribution_of("no such line"), "");
}

TEST(MachineFacts, AreThereForThisMachine) {
  const auto facts = read_machine();
  EXPECT_GE(facts.cores, 1);
  EXPECT_GT(facts.memory_bytes, 0u);
  EXPECT_NE(facts.system.find("Linux"), std::string::npos);
  EXPECT_FALSE(facts.name.empty());
}

}  // namespace
}  // namespace pgrehearse::observe
