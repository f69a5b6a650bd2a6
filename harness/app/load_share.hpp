// The slices of one load find one another through the database that they load: each holds an advisory lock for its
// number, so that a number can be taken by one only, and each can see when all are there. No clock and no coordinator
// is needed; a slice that is killed gives its number back.
#pragma once

#include <memory>
#include <optional>

#include "harness/app/stage.hpp"
#include "harness/base/slice.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::app {

class LoadShare {
 public:
  // Takes `number` of `of`, or the first that is free. Loads with another seed or another `of` are other loads. An
  // error when it is taken, or all are.
  static base::Result<LoadShare> take(const postgres::Target& target, std::uint64_t seed, std::uint64_t of,
                                      std::optional<std::uint64_t> number);

  base::Slice slice() const { return slice_; }
  // Returns once every number is taken; an error when interrupted or the connection is lost. Having seen that, a slice
  // takes a second lock, and goes on when all have theirs or one is gone already: else a short load could be over
  // before the last one has looked.
  base::Status wait_for_all(const Stage& stage);

 private:
  LoadShare(std::unique_ptr<postgres::Session> session, std::int32_t key, base::Slice slice)
      : session_(std::move(session)), key_(key), slice_(slice) {}

  struct Present {
    std::uint64_t taken, ready;  // slices with the first lock, and with the second
  };
  Present look();

  std::unique_ptr<postgres::Session> session_;  // holds the locks
  std::int32_t key_;
  base::Slice slice_;
};

}  // namespace pgrehearse::app
