#include "generators/tuples.hpp"

#include <algorithm>
#include <cmath>

#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::uint64_t kSpare = 2;  // rows of each group

std::vector<GroupSize> sizes_of(const Distribution& first, double rows) {
  std::vector<GroupSize> sizes;
  for (std::size_t i = 0; i < first.stretches(); ++i) {
    auto groups = static_cast<double>(first.values(i));
    Pattern weights = first.weights(i);
    for (double weight : weights) {
      double size = rows * first.mass(i) / groups * weight, whole = std::floor(size);
      double like_it = groups / static_cast<double>(weights.size());
      if (whole > 0) sizes.push_back({whole, like_it * (1 - (size - whole))});
      if (size > whole) sizes.push_back({whole + 1, like_it * (size - whole)});
    }
  }
  return few_sizes(std::move(sizes));
}

double largest_group(const Distribution& first, double rows) {
  double largest = 0;
  for (std::size_t i = 0; i < first.stretches(); ++i) largest = std::max(largest, first.largest_share(i));
  return std::floor(rows * largest * (1 - 1e-9)) + 1;
}

// How many rows the parts from one on can tell apart.
std::uint64_t room_from(std::size_t part, const Tuples::Parts& parts) {
  std::uint64_t room = 1;
  for (; part < parts.size(); ++part)
    room = room > kPlenty / parts[part]->size() ? kPlenty : room * parts[part]->size();
  return room;
}

}  // namespace

double Tuples::crowding(double rows, const Parts& parts) {
  return largest_group(*parts.front(), rows) / static_cast<double>(room_from(1, parts));
}

Tuples::Tuples(base::Seed seed, std::shared_ptr<const KeyRows> rows, Parts parts,
               std::shared_ptr<const Distribution> first, std::uint64_t spare)
    : seed_(seed), rows_(std::move(rows)), parts_(std::move(parts)), first_(std::move(first)), spare_(spare) {
  auto sizes = sizes_of(*first_, static_cast<double>(rows_->complete()));
  for (std::size_t part = 1; part < parts_.size(); ++part) {
    others_.emplace_back(parts_[part], sizes, room_from(part + 1, parts_));
    if (part + 1 < parts_.size()) sizes = others_.back().within(sizes);
  }
}

std::shared_ptr<const Tuples> Tuples::make(base::Seed seed, std::shared_ptr<const KeyRows> rows, const Parts& parts) {
  auto first = parts.front();
  auto complete = static_cast<double>(rows->complete()), there = static_cast<double>(room_from(1, parts));
  // Chance may have shown more rows of a value in a sample than there can be.
  if (largest_group(*first, complete) > there) first = there < 2 ? nullptr : first->capped((there - 1) / complete);
  if (!first || largest_group(*first, complete) > there) return nullptr;
  bool room = largest_group(*first, complete) + static_cast<double>(kSpare) <= there;
  return std::shared_ptr<const Tuples>(new Tuples(seed, std::move(rows), parts, std::move(first), room ? kSpare : 0));
}

std::shared_ptr<const Tuples> Tuples::with(base::Seed seed, std::shared_ptr<const Distribution> part) const {
  const auto there = static_cast<double>(part->size());
  const double largest = largest_group(*first_, static_cast<double>(rows_->complete()));
  if (largest > there) return nullptr;
  const std::uint64_t spare = largest + static_cast<double>(spare_) <= there ? spare_ : 0;
  return std::shared_ptr<const Tuples>(new Tuples(seed, rows_, {parts_.front(), std::move(part)}, first_, spare));
}

// Of the complete rows in the order of the first value: where those of a value begin.
std::uint64_t Tuples::begin(std::uint64_t number) const {
  if (number >= first_->size()) return rows_->complete();
  auto complete = static_cast<double>(rows_->complete());
  return static_cast<std::uint64_t>(std::ceil(std::max(first_->share_below(number) * complete - 0.5, 0.0)));
}

// Of the complete row: the first value, and which of the rows with it this is.
Subsets::Row Tuples::group(std::uint64_t index) const {
  std::uint64_t complete = rows_->complete();
  if (index >= complete) {
    std::uint64_t further = index - complete, number = further % first_->size();
    std::uint64_t rows = begin(number + 1) - begin(number);
    return {number, rows + further / first_->size(), rows};
  }
  std::uint64_t number = first_->number((static_cast<double>(index) + 0.5) / static_cast<double>(complete));
  // Both are rounded.
  while (number > 0 && index < begin(number)) --number;
  while (index >= begin(number + 1)) ++number;
  return {number, index - begin(number), begin(number + 1) - begin(number)};
}

Subsets::Row Tuples::group_of(std::uint64_t row) const {
  return group(row < rows_->rows() ? rows_->at(row).index : row);
}

std::uint64_t Tuples::row_of(const Subsets::Row& group, std::uint64_t index) const {
  if (index < group.rows) return rows_->row_of(begin(group.value) + index);
  return rows_->rows() + group.value + (index - group.rows) * first_->size();
}

std::uint64_t Tuples::most_in_group() const {
  return static_cast<std::uint64_t>(largest_group(*first_, static_cast<double>(rows_->complete()))) + spare_;
}

double Tuples::others_in_group() const {
  double rows = 0, pairs = 0;
  for (const GroupSize& size : sizes_of(*first_, static_cast<double>(rows_->complete()))) {
    rows += size.groups * size.rows;
    pairs += size.groups * size.rows * (size.rows - 1);
  }
  return rows > 0 ? pairs / rows : 0;
}

// Rows with a NULL need not differ.
std::uint64_t Tuples::incomplete(std::uint64_t row, std::uint64_t index, std::size_t part) const {
  if (part > 0) return parts_[part]->number(seed_.derive("incomplete").derive(part).unit(row));
  return parts_[0]->number((static_cast<double>(index) + 0.5) / static_cast<double>(rows_->rows() - rows_->complete()));
}

std::uint64_t Tuples::at(std::uint64_t row, std::size_t part, bool complete) const {
  std::uint64_t index = rows_->complete() + row - rows_->rows();
  if (row < rows_->rows()) {
    KeyRows::Place place = rows_->at(row);
    if (!place.complete && !complete && rows_->null(row, part)) return kNone;
    if (!place.complete) return incomplete(row, place.index, part);
    index = place.index;
  }
  Subsets::Row at = group(index);
  base::Seed seed = seed_;
  for (std::size_t i = 1; i <= part; ++i) {
    seed = seed.derive(at.value);
    at = others_[i - 1].at(at.index, at.rows, seed.unit(i));
  }
  return at.value;
}

}  // namespace pgrehearse::generators
