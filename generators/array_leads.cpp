#include "generators/array_leads.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kBraces = 2;

// A common element that a private array with one element may have.
struct Candidate {
  std::uint64_t number;
  double share;  // of rows
  std::size_t length;
};

// How unlikely it is that rows have the element alone as often as the mark says; `usual`: the logarithm of the share of
// an element's rows in which it is alone.
double unlikely(const MarkedArray& mark, const Candidate& candidate, double usual) {
  constexpr double other_length = 3, never = 20, tolerance = 1.02;
  bool fits = mark.length == candidate.length + kBraces || mark.length == candidate.length + 2 * kBraces;  // in quotes
  double alone = std::log(mark.mass / candidate.share);
  return std::abs(alone - usual) + (fits ? 0 : other_length) + (mark.mass > tolerance * candidate.share ? never : 0);
}

// The most frequent marks against the most frequent elements.
double usual_share_alone(const std::vector<MarkedArray*>& marks, const std::vector<Candidate>& candidates) {
  std::vector<double> alone, all;
  for (const MarkedArray* mark : marks) alone.push_back(mark->mass);
  for (const Candidate& candidate : candidates) all.push_back(candidate.share);
  std::sort(alone.rbegin(), alone.rend());
  std::sort(all.rbegin(), all.rend());
  constexpr std::size_t few = 8;
  std::size_t count = std::min({alone.size(), all.size(), few});
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::log(alone[i] / all[i]) / static_cast<double>(count);
  return sum;
}

// The ascending choice of candidates for the marks that is the least unlikely in all (an alignment of two sequences by
// dynamic programming). Marks are no more than candidates.
std::vector<std::size_t> align(const std::vector<MarkedArray*>& marks, const std::vector<Candidate>& candidates) {
  const std::size_t rows = marks.size(), columns = candidates.size();
  const double usual = usual_share_alone(marks, candidates);
  std::vector<double> before(columns + 1, 0), now(columns + 1);
  std::vector<bool> taken(rows * columns);
  for (std::size_t i = 0; i < rows; ++i) {
    now[0] = std::numeric_limits<double>::max() / 4;
    for (std::size_t j = 0; j < columns; ++j) {
      double with = before[j] + unlikely(*marks[i], candidates[j], usual);
      taken[i * columns + j] = with < now[j];
      now[j + 1] = std::min(with, now[j]);
    }
    std::swap(before, now);
  }
  std::vector<std::size_t> choice(rows);
  for (std::size_t i = rows, j = columns; i > 0; --j) {
    if (!taken[(i - 1) * columns + j - 1]) continue;
    choice[--i] = j - 1;
  }
  return choice;
}

class Leads {
 public:
  Leads(std::vector<MarkedArray>& marks, const ElementValues& elements, const std::vector<std::size_t>& lengths,
        double single)
      : marks_(marks),
        elements_(elements),
        distribution_(*elements.made.distribution),
        lengths_(lengths),
        single_(single) {}

  void find() {
    bool known = std::all_of(marks_.begin(), marks_.end(), [](const MarkedArray& mark) { return mark.known; });
    known ? look_up() : guess();
    std::uint64_t highest = 0;
    for (MarkedArray& mark : marks_) highest = mark.lead = std::max(mark.lead, highest);
  }

 private:
  void look_up() {
    for (MarkedArray& mark : marks_) {
      mark.empty = mark.known->empty();
      mark.single = mark.known->size() == 1;
      if (mark.empty) continue;
      const auto& first = mark.known->front();  // NULL comes last in order
      mark.lead = first ? elements_.number_of(*first).value_or(0) : distribution_.size() - 1;
      mark.lead = std::min(mark.lead, distribution_.size() - 1);
    }
  }

  // What arrays begin with is taken to be as frequent as it is among all elements, but where single ones tell more.
  void guess() {
    std::size_t longest = 0;
    for (std::size_t length : lengths_) longest = std::max(longest, length);
    std::vector<MarkedArray*> singles;
    for (MarkedArray& mark : marks_) {
      mark.empty = mark.length <= kBraces;
      mark.single = !mark.empty && mark.length <= longest + kBraces;
      if (mark.single && mark.mass > 0) singles.push_back(&mark);
    }
    leave_out_what_is_too_much(singles);
    const double empty = empty_before();
    for (MarkedArray& mark : marks_) {
      double place = (mark.before - empty) / std::max(1 - empty, 1e-9);
      mark.lead = distribution_.number(std::clamp(place, 0.0, 1 - 1e-12));
    }
    align_singles(singles);
  }

  // Two short elements are no longer than a long one.
  void leave_out_what_is_too_much(std::vector<MarkedArray*>& singles) const {
    constexpr double tolerance = 1.05;
    std::vector<MarkedArray*> shortest = singles;
    std::stable_sort(shortest.begin(), shortest.end(),
                     [](const MarkedArray* a, const MarkedArray* b) { return a->length < b->length; });
    double sum = 0;
    for (MarkedArray* mark : shortest) {
      mark->single = sum + mark->mass <= tolerance * single_;
      if (mark->single) sum += mark->mass;
    }
    std::erase_if(singles, [](const MarkedArray* mark) { return !mark->single; });
  }

  void align_singles(const std::vector<MarkedArray*>& singles) {
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < distribution_.stretches(); ++i)
      if (lengths_[i] > 0) candidates.push_back({distribution_.first(i), elements_.wanted(i), lengths_[i]});
    constexpr std::size_t most = 16'000'000;  // bits of memory
    if (singles.empty() || singles.size() > candidates.size() || singles.size() * candidates.size() > most) return;
    const auto choice = align(singles, candidates);
    for (std::size_t i = 0; i < singles.size(); ++i) singles[i]->lead = candidates[choice[i]].number;
    place_others();
  }

  // Between the single ones on both sides, by their place in the order.
  void place_others() {
    std::size_t last = marks_.size();
    for (std::size_t i = 0; i <= marks_.size(); ++i) {
      bool fixed = i < marks_.size() && marks_[i].single && marks_[i].mass > 0;
      if (i < marks_.size() && !fixed) continue;
      double from = last < marks_.size() ? marks_[last].before : empty_before();
      double to = i < marks_.size() ? marks_[i].before : 1;
      double low = last < marks_.size() ? distribution_.share_below(marks_[last].lead) : 0;
      double high = i < marks_.size() ? distribution_.share_below(marks_[i].lead) : 1;
      for (std::size_t j = last < marks_.size() ? last + 1 : 0; j < i; ++j) {
        double share = to > from ? std::clamp((marks_[j].before - from) / (to - from), 0.0, 1.0) : 0;
        marks_[j].lead = distribution_.number(std::clamp(low + (high - low) * share, 0.0, 1 - 1e-12));
      }
      last = i;
    }
  }

  double empty_before() const {
    double empty = 0;
    for (const MarkedArray& mark : marks_) empty += mark.empty ? mark.mass : 0;
    return empty;
  }

  std::vector<MarkedArray>& marks_;
  const ElementValues& elements_;
  const Distribution& distribution_;
  const std::vector<std::size_t>& lengths_;
  double single_;
};

}  // namespace

void find_leads(std::vector<MarkedArray>& marks, const ElementValues& elements, const std::vector<std::size_t>& lengths,
                double single) {
  Leads(marks, elements, lengths, single).find();
}

}  // namespace pgrehearse::generators
