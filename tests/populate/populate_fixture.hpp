// An empty database, what is asked for, and filling the one with the other.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "harness/populate/populate.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::populate {

class PopulateFixture : public ::testing::Test {
 protected:
  void create(const std::string& schema) { database_.session()->query(schema); }

  void ask(const std::string& table, double number, const std::string& per = {}) {
    scenario::Table wanted;
    wanted.name = table;
    wanted.rows = scenario::RowCount{number, per};
    wanted.place = {"rehearsal.yaml", 7, 3};
    data_.tables.push_back(wanted);
  }

  base::Result<Populated> populate(std::uint64_t rows, std::uint64_t seed = 42) {
    data_.default_rows = rows;
    data_.seed = seed;
    const auto progress = base::quiet_progress();
    return populate::populate(database_.target(), data_, base::SteadyClock(), *progress, cancellation_);
  }

  // What went wrong, and nothing when all is well.
  static std::string failure(const base::Result<Populated>& result) {
    std::string text;
    if (!result)
      for (const auto& error : result.errors()) text += to_string(error) + "\n";
    return text;
  }

  std::string value(const std::string& sql) { return database_.session()->query(sql).string(0, 0); }

  testing::ScratchDatabase database_;
  scenario::Data data_;
  base::Cancellation cancellation_;
};

}  // namespace pgrehearse::populate
