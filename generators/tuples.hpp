// Keys over several columns whose statistics are known: the rows of one value of the first are a group, whose size is
// what the first one's distribution says. Among the group's rows those of one value of the second are a group again,
// and so on; within the last groups the values of the last column differ. See subsets.hpp for who gets which.
#pragma once

#include <memory>
#include <vector>

#include "generators/distribution.hpp"
#include "generators/key_rows.hpp"
#include "generators/subsets.hpp"

namespace pgrehearse::generators {

class Tuples {
 public:
  using Parts = std::vector<std::shared_ptr<const Distribution>>;

  // None where a group would need more different values than there are. `parts`: two at least, the leading one first.
  static std::shared_ptr<const Tuples> make(base::Seed seed, std::shared_ptr<const KeyRows> rows, const Parts& parts);
  // Of all the values of the parts but the first, the share that the largest group needs; above 1: there are too few.
  static double crowding(double rows, const Parts& parts);

  // The same rows in the same groups, with one other part instead of all but the first; none where it has too few
  // values.
  std::shared_ptr<const Tuples> with(base::Seed seed, std::shared_ptr<const Distribution> part) const;

  // The number that a part has in a row below capacity(); kNone for NULL, unless it is to be `complete`.
  std::uint64_t at(std::uint64_t row, std::size_t part, bool complete) const;
  // Of a key without NULLs: the rows that have the same first number, in an order of their own.
  // The row's number, and which of the group's rows it is, of so many but for those that come later.
  Subsets::Row group_of(std::uint64_t row) const;
  std::uint64_t row_of(const Subsets::Row& group, std::uint64_t index) const;
  // The most rows that a group can come to have, and how many others a row has in its group, on average.
  std::uint64_t most_in_group() const;
  double others_in_group() const;
  bool without_nulls() const { return rows_->complete() == rows_->rows(); }

  // The rows, and some more for those that come later.
  std::uint64_t capacity() const { return rows_->rows() + spare_ * first_->size(); }

 private:
  Tuples(base::Seed seed, std::shared_ptr<const KeyRows> rows, Parts parts, std::shared_ptr<const Distribution> first,
         std::uint64_t spare);
  std::uint64_t begin(std::uint64_t number) const;
  std::uint64_t incomplete(std::uint64_t row, std::uint64_t index, std::size_t part) const;
  Subsets::Row group(std::uint64_t index) const;

  base::Seed seed_;
  std::shared_ptr<const KeyRows> rows_;
  Parts parts_;
  std::shared_ptr<const Distribution> first_;  // as far as there is room for it
  std::uint64_t spare_;
  std::vector<Subsets> others_;  // of the parts but the first
};

class OfTuples final : public Pick {
 public:
  OfTuples(std::shared_ptr<const Tuples> tuples, std::size_t part, bool complete)
      : tuples_(std::move(tuples)), part_(part), complete_(complete) {}
  std::uint64_t at(std::uint64_t row) const override { return tuples_->at(row, part_, complete_); }

 private:
  std::shared_ptr<const Tuples> tuples_;
  std::size_t part_;
  bool complete_;
};

}  // namespace pgrehearse::generators
