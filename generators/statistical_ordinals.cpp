// Values that are whole numbers at heart, by the statistics.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "generators/literal.hpp"
#include "generators/ordinals.hpp"
#include "generators/quantity.hpp"
#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {
namespace {

// Inclusive, in steps.
struct Range {
  std::int64_t first = 0, last = -1;
  std::int64_t step = 1;
  std::string literal;       // a common value in the type's binary form; empty: not encoded beforehand
  std::string literal_text;  // of a common value that is no ordinal
  bool to_the_end = false;   // the last ordinal is among the values

  std::uint64_t room() const {
    return last < first ? 0
                        : (static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first)) /
                                  static_cast<std::uint64_t>(step) +
                              1;
  }
  std::int64_t at(std::uint64_t index, std::uint64_t values) const {
    base::Wide steps = to_the_end && values > 1 ? base::Wide{index} * (room() - 1) / (values - 1)
                                                : base::Wide{index} * room() / values;
    return first + static_cast<std::int64_t>(steps) * step;
  }
};

class OrdinalValues final : public Values {
 public:
  OrdinalValues(OrdinalsPtr ordinals, std::shared_ptr<const Distribution> distribution, std::vector<Range> ranges,
                bool unique)
      : ordinals_(std::move(ordinals)), distribution_(std::move(distribution)), ranges_(std::move(ranges)) {
    planned_ = distribution_->size();
    size_ = planned_;
    if (unique)
      size_ += static_cast<std::uint64_t>(std::max<std::int64_t>(ordinals_->highest() - ranges_.back().last, 0));
    has_binary_ = ordinals_->has_binary() && std::all_of(ranges_.begin(), ranges_.end(), [](const Range& range) {
                    return range.literal_text.empty() || !range.literal.empty();
                  });
  }
  // The number of a value, or of the next above it.
  std::uint64_t rank_of(std::int64_t ordinal) const {
    auto above = std::upper_bound(ranges_.begin(), ranges_.end(), ordinal,
                                  [](std::int64_t value, const Range& range) { return value < range.first; });
    if (above == ranges_.begin()) return 0;
    auto stretch = static_cast<std::size_t>(above - ranges_.begin()) - 1;
    const Range& range = ranges_[stretch];
    std::uint64_t values = distribution_->values(stretch);
    base::Wide steps = static_cast<std::uint64_t>(ordinal - range.first) / static_cast<std::uint64_t>(range.step);
    auto index = static_cast<std::uint64_t>(steps * values / range.room());
    while (index < values && range.at(index, values) < ordinal) ++index;
    return distribution_->first(stretch) + index;
  }
  std::uint64_t size() const override { return std::min(size_, kPlenty); }
  bool has_binary() const override { return has_binary_; }
  void binary(std::uint64_t number, Output& out) const override {
    if (number >= planned_) return ordinals_->binary(beyond(number), out);
    auto [stretch, index] = distribution_->spot(number);
    const Range& range = ranges_[stretch];
    if (!range.literal.empty()) return out.append(range.literal);
    ordinals_->binary(range.at(index, distribution_->values(stretch)), out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    if (number >= planned_) return ordinals_->text(beyond(number), out);
    auto [stretch, index] = distribution_->spot(number);
    const Range& range = ranges_[stretch];
    if (!range.literal_text.empty()) {
      out += range.literal_text;
      return;
    }
    ordinals_->text(range.at(index, distribution_->values(stretch)), out);
  }

 private:
  std::int64_t beyond(std::uint64_t number) const {
    return ranges_.back().last + 1 + static_cast<std::int64_t>(number - planned_);
  }

  OrdinalsPtr ordinals_;
  std::shared_ptr<const Distribution> distribution_;
  std::vector<Range> ranges_;  // by stretch
  std::uint64_t planned_, size_;
  bool has_binary_;
};

class Maker {
 public:
  explicit Maker(const Aim& aim) : aim_(aim), statistics_(aim.statistics) {
    ordinals_ = make_ordinals(*aim.wanted.type, *aim.wanted.limits, statistics_.marks, aim.wanted.seed);
  }

  std::optional<StatisticalValues> make() {
    if (!ordinals_ || ordinals_->highest() < ordinals_->lowest()) return std::nullopt;
    set_limits();
    if (aim_.wanted.distinct) std::erase_if(statistics_.marks, [](const Mark& mark) { return mark.common(); });
    bool read = std::all_of(statistics_.marks.begin(), statistics_.marks.end(),
                            [](const Mark& mark) { return mark.value.has_value(); })
                    ? read_marks()
                    : invent_marks();
    if (!read || statistics_.marks.empty()) return std::nullopt;
    if (aim_.wanted.distinct) include();
    if (!aim_.wanted.distinct) find_step();
    if (!make_room()) return std::nullopt;
    std::vector<Stretch> stretches = stretches_of(aim_, statistics_);
    if (aim_.wanted.distinct) take_from_buckets(stretches);
    for (Stretch& stretch : stretches) stretch.room = stretch.common() ? 1 : range_of(stretch).room();
    Aim aim = aim_;
    aim.reach = reach_;
    if (!fit(stretches, statistics_.marks, aim, made_)) return std::nullopt;
    std::vector<Range> ranges;
    for (const Stretch& stretch : stretches) ranges.push_back(range_of(stretch));
    for (std::size_t i = 0; i < stretches.size(); ++i) encode(stretches[i], ranges[i]);
    auto values =
        std::make_shared<OrdinalValues>(ordinals_, made_.distribution, std::move(ranges), aim_.wanted.distinct);
    made_.rank_of = [values, ordinals = ordinals_](const std::string& text) {
      auto ordinal = ordinals->parse(text);
      return ordinal ? std::optional(values->rank_of(*ordinal)) : std::nullopt;
    };
    made_.values = values;
    return std::move(made_);
  }

 private:
  // What constraints leave of the type.
  void set_limits() {
    const Limits& limits = *aim_.wanted.limits;
    lowest_ = ordinals_->lowest();
    highest_ = ordinals_->highest();
    auto narrow = [&](const std::optional<std::string>& text, std::int64_t& end, auto choose) {
      auto ordinal = text ? ordinals_->parse(*text) : std::nullopt;
      if (ordinal) end = choose(end, *ordinal);
    };
    auto higher = [](std::int64_t a, std::int64_t b) { return std::max(a, b); };
    auto lower = [](std::int64_t a, std::int64_t b) { return std::min(a, b); };
    auto number = [](std::optional<double> limit) {
      return limit ? std::optional(fmt::format("{:.9f}", *limit)) : std::nullopt;
    };
    narrow(limits.earliest, lowest_, higher);
    narrow(limits.latest, highest_, lower);
    if (!limits.allowed.empty()) return;
    narrow(number(limits.minimum), lowest_, higher);
    narrow(number(limits.maximum), highest_, lower);
  }

  // Bounds that are no ordinals (infinities, say) are left out, and so is what constraints forbid.
  bool read_marks() {
    std::vector<Mark> marks;
    std::size_t unreadable = 0, forbidden = 0;
    for (Mark& mark : statistics_.marks) {
      auto ordinal = ordinals_->parse(*mark.value);
      bool allowed = ordinal && *ordinal >= lowest_ && *ordinal <= highest_;
      if (!ordinal) ++unreadable;
      if (ordinal && !allowed) ++forbidden;
      if (ordinal && !allowed && !mark.common())
        ordinal = std::clamp(*ordinal, lowest_, highest_);
      else if (!allowed && (ordinal || !mark.common() || !aim_.wanted.limits->allowed.empty()))
        continue;
      marks_.push_back(ordinal);
      marks.push_back(std::move(mark));
    }
    if (unreadable * 5 > statistics_.marks.size()) return false;
    if (forbidden > 0)
      made_.conflicts.push_back(fmt::format("{} of the {} values in its statistics are not allowed by its constraints",
                                            forbidden, statistics_.marks.size()));
    statistics_.marks = std::move(marks);
    return true;
  }

  // Spread over the type, in their order.
  bool invent_marks() {
    auto count = static_cast<std::int64_t>(statistics_.marks.size());
    bool labels = aim_.wanted.type->kind == Kind::enumeration || !aim_.wanted.limits->allowed.empty();
    std::int64_t low = labels ? lowest_ : std::max(lowest_, std::min<std::int64_t>(highest_, 0));
    base::Wide room =
        static_cast<base::Wide>(static_cast<std::uint64_t>(highest_) - static_cast<std::uint64_t>(low)) + 1;
    if (room < static_cast<base::Wide>(count)) return false;
    // The middles of as many equal parts.
    for (std::int64_t i = 0; i < count; ++i)
      marks_.push_back(low + static_cast<std::int64_t>(room * static_cast<base::Wide>(2 * i + 1) /
                                                       static_cast<base::Wide>(2 * count)));
    for (Mark& mark : statistics_.marks) mark.value.reset();
    return true;
  }

  // As if they were common values, each of a single row.
  void include() {
    std::map<std::int64_t, std::string> included;
    for (const std::string& text : aim_.included)
      if (auto ordinal = ordinals_->parse(text)) included.emplace(*ordinal, text);
    for (const auto& mark : marks_)
      if (mark) included.erase(*mark);
    widen(included);
    std::vector<Mark> marks;
    std::vector<std::optional<std::int64_t>> ordinals;
    auto next = included.begin();
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      for (; next != included.end() && marks_[i] && next->first < *marks_[i]; ++next) {
        marks.push_back({next->second, 0, 1 / static_cast<double>(aim_.wanted.rows)});
        ordinals.push_back(next->first);
      }
      marks.push_back(std::move(statistics_.marks[i]));
      ordinals.push_back(marks_[i]);
    }
    statistics_.marks = std::move(marks);
    marks_ = std::move(ordinals);
  }

  // The bounds at the ends are the least and the greatest of a sample only.
  void widen(std::map<std::int64_t, std::string>& included) {
    if (included.empty() || marks_.empty() || !marks_.front() || !marks_.back()) return;
    auto take = [&](auto value, std::size_t mark) {
      marks_[mark] = value->first;
      statistics_.marks[mark].value = value->second;
      included.erase(value);
    };
    if (included.begin()->first < *marks_.front()) take(included.begin(), 0);
    if (included.empty() || marks_.size() < 2) return;
    if (std::prev(included.end())->first > *marks_.back()) take(std::prev(included.end()), marks_.size() - 1);
  }

  // Numbers that count the rows go on counting with more of them, and stop earlier with fewer. Others stay between
  // their bounds, but where there are not enough for all that are to be different.
  bool make_room() {
    if (marks_.size() < 2) return !aim_.wanted.distinct;
    bool grows = aim_.wanted.distinct || (aim_.statistics.distinct < 0 && aim_.whole());
    if (!grows || !marks_.front() || !marks_.back()) return !aim_.wanted.distinct;
    double first = static_cast<double>(*marks_.front()), last = static_cast<double>(*marks_.back());
    double room = (last - first) / static_cast<double>(step_) + 1, factor = aim_.counts(room) ? aim_.growth() : 1;
    double needed = aim_.wanted.distinct ? static_cast<double>(aim_.wanted.rows) : aim_.distinct();
    if (factor * (room - 1) + 1 < needed) factor = needed / std::max(room - 1, 1.0);
    if (factor == 1) return true;
    if (first + factor * (last - first) >= static_cast<double>(highest_)) return !aim_.wanted.distinct;
    reach_ = factor;
    for (auto& mark : marks_)
      if (mark)
        mark = *marks_.front() + static_cast<std::int64_t>(static_cast<double>(*mark - *marks_.front()) * factor);
    // What stands for itself no longer does.
    for (Mark& mark : statistics_.marks) mark.value.reset();
    return true;
  }

  // Where all values that are seen are multiples of something, so are the others: whole days, steps of 5.
  void find_step() {
    if (ordinals_->highest() < 1'000) return;
    std::int64_t step = 0;
    for (const auto& mark : marks_)
      if (mark) step = std::gcd(step, *mark);
    if (marks_.size() < 20 || step <= 1) return;  // by chance, perhaps
    double room = static_cast<double>(*near(marks_.size() - 1, -1) - *near(0, +1)) / static_cast<double>(step);
    if (room >= 2 * aim_.distinct()) step_ = step;
  }

  Range range_of(const Stretch& stretch) const {
    if (stretch.common() && !marks_[stretch.low]) return {};
    Range range;
    range.step = step_;
    range.first = *near(stretch.low, -1) + (stretch.with_low ? 0 : step_);
    range.last = *near(stretch.high, +1) - (stretch.with_high ? 0 : step_);
    range.to_the_end = stretch.with_high;
    // A bound that stands twice is a frequent value.
    if (stretch.with_low && range.last < range.first) range.last = range.first;
    return range;
  }

  // The mark's ordinal, or that of the next that has one.
  std::optional<std::int64_t> near(std::size_t mark, int direction) const {
    std::size_t at = mark;
    while (!marks_[at] && at + static_cast<std::size_t>(direction) < marks_.size())
      at += static_cast<std::size_t>(direction);
    while (!marks_[at]) at -= static_cast<std::size_t>(direction);
    return marks_[at];
  }

  void encode(const Stretch& stretch, Range& range) const {
    if (!stretch.common()) return;
    const auto& text = statistics_.marks[stretch.low].value;
    if (text) {
      range.literal_text = *text;
      range.literal = binary_literal(*aim_.wanted.type, *text).value_or("");
    }
    if (range.literal.empty() && marks_[stretch.low] && ordinals_->has_binary())
      range.literal = encoded([&](Output& out) { ordinals_->binary(*marks_[stretch.low], out); });
  }

  const Aim& aim_;
  ColumnStatistics statistics_;
  OrdinalsPtr ordinals_;
  std::vector<std::optional<std::int64_t>> marks_;  // as ordinals
  std::int64_t lowest_ = 0, highest_ = 0, step_ = 1;
  double reach_ = 1;
  StatisticalValues made_;
};

}  // namespace

std::optional<StatisticalValues> make_statistical_ordinals(const Aim& aim) { return Maker(aim).make(); }

}  // namespace pgrehearse::generators
