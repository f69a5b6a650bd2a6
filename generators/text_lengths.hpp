// How long the made-up texts of a column are, so that their mean width is what the statistics say.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "generators/filler.hpp"
#include "generators/row_lengths.hpp"
#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {

// What pg_stats.avg_width counts for a text of so many bytes: with its header, of one byte up to 126 bytes, of four
// above (src/include/varatt.h).
inline double stored_width(double length) { return length <= 126 ? length + 1 : length + 4; }

inline constexpr double kToastedRow = 2'032;  // TOAST_TUPLE_THRESHOLD in src/include/access/heaptoast.h
inline constexpr double kToastPointer = 18;   // to what is stored apart

// The mean of the widest of the quantiles: of those that are likely compressed.
double mean_wide(const std::vector<std::uint32_t>& widths);

// The shortest and the longest that constraints allow; the longest is many where nothing limits it.
struct LengthLimits {
  std::size_t shortest = 0, longest = std::size_t{1} << 20;
};
LengthLimits length_limits(const Wanted& wanted);

// Lengths of values between marks: like one of the two marks (or like the sampled widths, if there are any), and longer
// or shorter by what the mean width of the column asks for: all by less than a byte, else the longest, of which few
// marks say little, and all only if that is not enough.
class TextLengths {
 public:
  using Stored = std::function<double(double)>;

  // `lengths` are those of the marks. `least`, by stretch, is what its texts cannot do without; the caller sees to it.
  // `stored`: how wide a text of a length is in the row.
  TextLengths(const Aim& aim, const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths,
              const std::vector<std::size_t>& least, Stored stored = stored_width);
  // So that long values stand in the same rows as other columns'.
  void follow(std::shared_ptr<const RowLengths> rows) { rows_ = std::move(rows); }
  // Of value `number`, which lies between marks of these lengths.
  std::size_t at(std::uint64_t number, std::size_t low, std::size_t high) const;
  // With which the texts are compressed and stored apart as production's.
  Texture texture() const { return texture_; }
  // The mean width in the row, without any change of the lengths.
  double unchanged_width() const { return unchanged_; }

 private:
  double mean_width(const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths,
                    const std::vector<std::size_t>& least) const;
  double sampled_width(double least) const;
  double upper_quartile(const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths) const;
  void leave_out_common(const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths);
  void compress(const Aim& aim);
  void store_apart(const Aim& aim);
  bool same_lengths(const std::vector<std::size_t>& lengths) const;
  double clamped(double length) const;
  double changed(double length) const { return length + shift_ + stretch_ * std::max(length - long_, 0.0); }

  base::Seed seed_;
  std::vector<std::uint32_t> widths_;  // sampled; may be empty
  Stored stored_;
  double shortest_, longest_, unchanged_ = 0;
  double shift_ = 0, long_ = 0, stretch_ = 0;  // bytes; and how many times as much of what is beyond long_ is added
  Texture texture_;
  std::shared_ptr<const RowLengths> rows_;     // may be null
  double apart_share_ = 0, apart_length_ = 0;  // of texts that are stored apart, where nobody sampled lengths
};

}  // namespace pgrehearse::generators
