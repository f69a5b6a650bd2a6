#include "harness/provision/owner.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace pgrehearse::provision {
namespace {

TEST(OwnerText, HoldsEverything) {
  for (const char* label : {"", "runs/one", "a run with blanks"}) {
    const Owner written = this_process(label);
    const auto read = read_owner(to_text(written));
    ASSERT_TRUE(read) << label;
    EXPECT_EQ(read->pid, ::getpid());
    EXPECT_EQ(read->start, written.start);
    EXPECT_EQ(read->name_space, written.name_space);
    EXPECT_EQ(read->boot, written.boot);
    EXPECT_EQ(read->machine, written.machine);
    EXPECT_FALSE(read->keep);
    EXPECT_EQ(read->label, label);
  }
}

TEST(OwnerText, SaysWhatIsToBeKept) { EXPECT_TRUE(read_owner(to_text(this_process("x", true)))->keep); }

TEST(OwnerText, IsToldFromOtherText) {
  for (const char* text :
       {"", "pgrehearse", "pgrehearse pid=x start=1 namespace=n", "pgrehearse start=1 pid=2",
        "pgrehearse pid=2 start= namespace=n boot=b machine=m keep=0 label=", "other pid=2 start=1"}) {
    EXPECT_FALSE(read_owner(text)) << text;
  }
}

TEST(Owner, IsDeadAfterAnotherBootAndUnknownOnAnotherMachine) {
  Owner owner = this_process("");
  EXPECT_TRUE(owner.alive());
  owner.boot = "another";
  EXPECT_FALSE(owner.alive());
  owner.machine = "another";
  EXPECT_TRUE(owner.alive());
}

}  // namespace
}  // namespace pgrehearse::provision
