// Values that are whole numbers at heart, by the statistics.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "generators/literal.hpp"
#include "generators/ordinals.hpp"
#include "generators/quantity.hpp"
#include "generators/spread.hpp"
#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {
namespace {

// Of ordinals, all steps of the column apart. Small, so that many of them stay in the processor's caches.
struct Range {
  std::int64_t first = 0;
  std::uint64_t room = 0;     // how many there are
  std::uint32_t literal = 0;  // among the literals; 0: none
  bool to_the_end = false;    // the last ordinal is among the values

  // In steps from the first.
  std::uint64_t place(std::uint64_t index, std::uint64_t values) const {
    bool last_too = to_the_end && values > 1;
    return values == room ? index : spread(index, values - last_too, room - last_too);
  }
};

// A common value that the type writes otherwise than its ordinal is written, or that is none.
struct Literal {
  std::string text;
  std::string binary;  // empty: there is no known encoding
};

class OrdinalValues final : public Values {
 public:
  OrdinalValues(OrdinalsPtr ordinals, std::shared_ptr<const Distribution> distribution, std::vector<Range> ranges,
                std::vector<Literal> literals, std::int64_t step, bool unique)
      : ordinals_(std::move(ordinals)),
        distribution_(std::move(distribution)),
        ranges_(std::move(ranges)),
        literals_(std::move(literals)),
        step_(step) {
    planned_ = distribution_->size();
    size_ = planned_;
    last_ = at(ranges_.back(), ranges_.back().room - 1, ranges_.back().room);
    if (unique) size_ += static_cast<std::uint64_t>(std::max<std::int64_t>(ordinals_->highest() - last_, 0));
    has_binary_ = ordinals_->has_binary() && std::all_of(literals_.begin() + 1, literals_.end(),
                                                         [](const Literal& each) { return !each.binary.empty(); });
  }
  // The number of a value, or of the next above it.
  std::uint64_t rank_of(std::int64_t ordinal) const {
    auto above = std::upper_bound(ranges_.begin(), ranges_.end(), ordinal,
                                  [](std::int64_t value, const Range& range) { return value < range.first; });
    if (above == ranges_.begin()) return 0;
    auto stretch = static_cast<std::size_t>(above - ranges_.begin()) - 1;
    const Range& range = ranges_[stretch];
    std::uint64_t values = distribution_->values(stretch);
    base::Wide steps = static_cast<std::uint64_t>(ordinal - range.first) / static_cast<std::uint64_t>(step_);
    auto index = static_cast<std::uint64_t>(steps * values / range.room);
    while (index < values && at(range, index, values) < ordinal) ++index;
    return distribution_->first(stretch) + index;
  }
  std::uint64_t size() const override { return std::min(size_, kPlenty); }
  bool has_binary() const override { return has_binary_; }
  void binary(std::uint64_t number, Output& out) const override { put({number, 0}, out); }
  void put(Draw draw, Output& out) const override {
    Found found = find(draw);
    found.literal != 0 ? out.append(literals_[found.literal].binary) : ordinals_->binary(found.ordinal, out);
  }
  void expect(std::span<const Draw> draws) const override {
    for (const Draw& draw : draws) generators::expect(ranges_.data() + draw.hint);
  }
  void text(std::uint64_t number, std::string& out) const override {
    Found found = find({number, 0});
    if (found.literal == 0) return ordinals_->text(found.ordinal, out);
    out += literals_[found.literal].text;
  }

 private:
  struct Found {
    std::int64_t ordinal;
    std::uint32_t literal;
  };
  Found find(Draw draw) const {
    if (draw.number >= planned_) return {last_ + 1 + static_cast<std::int64_t>(draw.number - planned_), 0};
    auto [stretch, index] = distribution_->spot(draw);
    const Range& range = ranges_[stretch];
    return {at(range, index, distribution_->values(stretch)), range.literal};
  }
  std::int64_t at(const Range& range, std::uint64_t index, std::uint64_t values) const {
    return range.first + static_cast<std::int64_t>(range.place(index, values)) * step_;
  }

  OrdinalsPtr ordinals_;
  std::shared_ptr<const Distribution> distribution_;
  std::vector<Range> ranges_;      // by stretch
  std::vector<Literal> literals_;  // behind an empty one
  std::int64_t step_, last_;
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
    set_room(
        stretches, [this](const Stretch& stretch) { return range_of(stretch).room; },
        [this](std::size_t a, std::size_t b) { return near(a, -1) == near(b, -1); });
    Aim aim = aim_;
    aim.reach = reach_;
    if (!fit(stretches, statistics_.marks, aim, made_)) return std::nullopt;
    made_.reach = reach_;
    std::vector<Range> ranges;
    for (const Stretch& stretch : stretches) ranges.push_back(range_of(stretch));
    std::vector<Literal> literals(1);
    for (std::size_t i = 0; i < stretches.size(); ++i) find_literal(stretches[i], ranges[i], literals);
    auto values = std::make_shared<OrdinalValues>(ordinals_, made_.distribution, std::move(ranges), std::move(literals),
                                                  step_, aim_.wanted.distinct);
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
    if (stretch.common()) return {*near(stretch.low, -1), 1};
    std::int64_t first = *near(stretch.low, -1) + (stretch.with_low ? 0 : step_);
    std::int64_t last = *near(stretch.high, +1) - (stretch.with_high ? 0 : step_);
    // A bound that stands twice is a frequent value.
    if (stretch.with_low && last < first) last = first;
    if (last < first) return {first, 0};
    std::uint64_t span = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    return {first, span / static_cast<std::uint64_t>(step_) + 1, 0, stretch.with_high};
  }

  // The mark's ordinal, or that of the next that has one.
  std::optional<std::int64_t> near(std::size_t mark, int direction) const {
    std::size_t at = mark;
    while (!marks_[at] && at + static_cast<std::size_t>(direction) < marks_.size())
      at += static_cast<std::size_t>(direction);
    while (!marks_[at]) at -= static_cast<std::size_t>(direction);
    return marks_[at];
  }

  // Of a common value that is not written as its ordinal would be.
  void find_literal(const Stretch& stretch, Range& range, std::vector<Literal>& literals) const {
    const auto& text = statistics_.marks[stretch.low].value;
    if (!stretch.common() || !text) return;
    Literal literal{*text, binary_literal(*aim_.wanted.type, *text).value_or("")}, usual;
    if (const auto& ordinal = marks_[stretch.low]) {
      ordinals_->text(*ordinal, usual.text);
      if (ordinals_->has_binary()) usual.binary = encoded([&](Output& out) { ordinals_->binary(*ordinal, out); });
    }
    if (literal.binary.empty()) literal.binary = usual.binary;
    if (literal.text == usual.text && literal.binary == usual.binary) return;
    range.literal = static_cast<std::uint32_t>(literals.size());
    literals.push_back(std::move(literal));
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
