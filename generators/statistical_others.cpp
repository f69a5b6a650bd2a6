// Types whose values cannot be counted here: common values as they are, where they are known; all else as the type's
// values are usually made, as many different ones as there should be.
#include <algorithm>

#include "generators/source.hpp"
#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {
namespace {

class OtherValues final : public Values {
 public:
  OtherValues(std::shared_ptr<const Distribution> distribution, std::vector<Literal> literals, ValuesPtr usual)
      : distribution_(std::move(distribution)), literals_(std::move(literals)), usual_(std::move(usual)) {
    has_binary_ = encodable(literals_) && usual_->has_binary();
  }
  std::uint64_t size() const override { return usual_->size(); }
  bool has_binary() const override { return has_binary_; }
  void binary(std::uint64_t number, Output& out) const override {
    const Literal* literal = literal_of(number);
    return literal != nullptr ? out.append(*literal->binary) : usual_->binary(number, out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    const Literal* literal = literal_of(number);
    if (literal == nullptr) return usual_->text(number, out);
    out += *literal->text;
  }

 private:
  const Literal* literal_of(std::uint64_t number) const {
    if (number >= distribution_->size()) return nullptr;
    const Literal& literal = literals_[distribution_->spot(number).stretch];
    return literal.text ? &literal : nullptr;
  }

  std::shared_ptr<const Distribution> distribution_;
  std::vector<Literal> literals_;  // by stretch
  ValuesPtr usual_;
  bool has_binary_;
};

// What common values leave of `values`, in parts as equal as can be.
void share_room(std::vector<Stretch>& stretches, std::uint64_t values) {
  std::uint64_t common = 0, parts = 0;
  for (const Stretch& stretch : stretches) ++(stretch.common() ? common : parts);
  std::uint64_t left = values > common ? values - common : 0;
  for (Stretch& stretch : stretches) {
    if (stretch.common()) continue;
    stretch.room = left / parts--;
    left -= stretch.room;
  }
}

}  // namespace

std::optional<StatisticalValues> make_statistical_others(const Aim& aim) {
  Wanted wanted = aim.wanted;
  wanted.distinct = true;
  auto usual = make_values(wanted);
  if (!usual) return std::nullopt;
  std::vector<Stretch> stretches = stretches_of(aim, aim.statistics);
  if (aim.wanted.distinct) std::erase_if(stretches, [](const Stretch& stretch) { return stretch.common(); });
  share_room(stretches, (*usual)->size());
  StatisticalValues made;
  if (!fit(stretches, aim.statistics.marks, aim, made)) return std::nullopt;
  std::vector<Literal> literals;
  for (const Stretch& stretch : stretches) {
    const auto& text = aim.statistics.marks[stretch.low].value;
    literals.push_back(stretch.common() && text ? make_literal(*aim.wanted.type, text) : Literal{});
  }
  if (made.distribution->size() > (*usual)->size()) return std::nullopt;
  made.values = std::make_shared<OtherValues>(made.distribution, std::move(literals), std::move(*usual));
  return made;
}

}  // namespace pgrehearse::generators
