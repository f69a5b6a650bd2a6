// What an observer under test watches: a database with a table, a session that holds locks on it, and one that looks
// on.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "harness/observe/relation_names.hpp"
#include "tests/observe/blocked_session.hpp"
#include "tests/observe/support.hpp"

namespace pgrehearse::observe {

// A base beside ::testing::Test; the observer is a member of the derived class, so that it goes first.
class Observing {
 protected:
  explicit Observing(const char* schema) : holder(database.session()), watcher(database.session()) {
    holder->query(schema);
    EXPECT_TRUE(names.add_snapshot(*watcher));
  }

  template <class Observer>
  static std::unique_ptr<Observer> started(base::Result<std::unique_ptr<Observer>> result) {
    if (result) return std::move(result).value();
    ADD_FAILURE() << to_string(result.errors().front());
    std::abort();
  }

  testing::ScratchDatabase database;
  std::unique_ptr<postgres::Session> holder, watcher;
  RelationNames names;
  base::SteadyClock clock;
  ListRecorder recorder;
};

}  // namespace pgrehearse::observe
