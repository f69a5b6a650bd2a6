#include "generators/deciding_source.hpp"

#include <algorithm>

namespace pgrehearse::generators {
namespace {

constexpr std::uint64_t kAttempts = 32;
constexpr std::uint64_t kLookedAt = 4096;  // rows, for a value that is not banned

// A row's value from a list; without one the column's own, of another row where this one's is banned.
struct Side {
  std::vector<Literal> literals;
  PickPtr which;
  std::set<std::string> banned;
  std::uint64_t never_banned = 0;  // a row with such a value
};

class Deciding final : public Source {
 public:
  Deciding(std::shared_ptr<const RowClasses> classes, std::vector<std::optional<Side>> inside, Side outside,
           base::Seed seed, std::uint64_t rows, SourcePtr own)
      : classes_(std::move(classes)),
        inside_(std::move(inside)),
        outside_(std::move(outside)),
        seed_(seed),
        rows_(rows),
        own_(std::move(own)) {
    encodable_ = encodable(outside_.literals);
    for (const auto& side : inside_) encodable_ = encodable_ && (!side || encodable(side->literals));
  }
  void binary(std::uint64_t row, Output& out) const override {
    const Side& side = side_of(row);
    if (side.literals.empty()) return own_->binary(allowed(side, row), out);
    const Literal& literal = side.literals[side.which->at(row)];
    if (!literal.text) return out.put_null();
    out.put_field(*literal.binary);
  }
  bool text(std::uint64_t row, std::string& out) const override {
    const Side& side = side_of(row);
    if (side.literals.empty()) return own_->text(allowed(side, row), out);
    const Literal& literal = side.literals[side.which->at(row)];
    if (literal.text) out += *literal.text;
    return literal.text.has_value();
  }
  // Asked when all are planned: the own source may be that of a parent which comes later.
  bool has_binary() const override { return encodable_ && own_->has_binary(); }

 private:
  const Side& side_of(std::uint64_t row) const {
    auto place = classes_->at(row);
    return place && inside_[place->number] ? *inside_[place->number] : outside_;
  }
  std::uint64_t allowed(const Side& side, std::uint64_t row) const {
    if (side.banned.empty()) return row;
    for (std::uint64_t attempt = 0, other = row; attempt < kAttempts; ++attempt) {
      std::string text;
      if (!own_->text(other, text) || !side.banned.contains(text)) return other;
      other = seed_.derive(attempt).below(row, rows_);
    }
    return side.never_banned;
  }

  std::shared_ptr<const RowClasses> classes_;
  std::vector<std::optional<Side>> inside_;
  Side outside_;
  base::Seed seed_;
  std::uint64_t rows_;
  SourcePtr own_;
  bool encodable_ = false;
};

std::string canonical(const Column& column, const std::string& text) {
  if (column.type.kind != Kind::boolean) return text;
  return text.starts_with('t') ? "true" : "false";
}

std::optional<Side> make_side(const Column& column, const Decision& decision, base::Seed seed, std::uint64_t rows,
                              const Source& own) {
  Side side{{}, nullptr, decision.banned, 0};
  std::vector<std::string> given = decision.given;
  if (given.empty() && !decision.banned.empty())
    for (const std::string& value : alternatives(column))
      if (!decision.banned.contains(value)) given.push_back(value);
  if (decision.null) {
    side.literals.emplace_back();
    side.which = std::make_shared<Uniform>(seed, 1);
    return side;
  }
  if (!given.empty()) {
    for (const std::string& value : given) side.literals.push_back(make_literal(column.type, value));
    std::vector<double> weights = shares_of(column, given);
    constexpr double unmentioned = 1e-4;  // by statistics
    for (double& weight : weights) weight = std::max(weight, unmentioned);
    if (decision.given.empty() && !column.not_null && column.statistics && column.statistics->null_fraction > 0) {
      side.literals.emplace_back();
      weights.push_back(column.statistics->null_fraction);
    }
    side.which = std::make_shared<Weighted>(seed, weights);
    return side;
  }
  for (std::uint64_t row = 0; !decision.banned.empty(); ++row) {
    std::string text;
    if (row == std::min(rows, kLookedAt)) return std::nullopt;
    side.never_banned = row;
    if (!own.text(row, text) || !decision.banned.contains(text)) break;
  }
  return side;
}

}  // namespace

std::vector<std::string> alternatives(const Column& column) {
  if (!column.limits.allowed.empty()) return column.limits.allowed;
  if (column.type.kind == Kind::boolean) return {"false", "true"};
  return column.type.labels;
}

bool shares_known(const Column& column) {
  if (!column.statistics || column.statistics->marks.empty()) return false;
  const auto& marks = column.statistics->marks;
  return marks.size() == alternatives(column).size() ||
         std::all_of(marks.begin(), marks.end(), [](const Mark& mark) { return mark.value.has_value(); });
}

std::vector<double> shares_of(const Column& column, const std::vector<std::string>& values) {
  std::vector<double> shares(values.size(), 0);
  if (!column.statistics) return shares;
  const auto& marks = column.statistics->marks;
  // Where values are private, and all that are allowed came up, their order tells which is which.
  std::vector<std::string> in_order = alternatives(column);
  if (column.type.labels.empty()) std::sort(in_order.begin(), in_order.end());
  bool all = marks.size() == in_order.size();
  for (std::size_t mark = 0; mark < marks.size(); ++mark)
    for (std::size_t i = 0; i < values.size() && (marks[mark].value || all); ++i)
      if (canonical(column, marks[mark].value.value_or(all ? in_order[mark] : "")) == values[i])
        shares[i] += marks[mark].frequency;
  return shares;
}

SourcePtr make_deciding(const Column& column, base::Seed seed, std::uint64_t rows,
                        std::shared_ptr<const RowClasses> classes, const std::vector<std::optional<Decision>>& inside,
                        const Decision& outside, SourcePtr own) {
  std::vector<std::optional<Side>> sides(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (!inside[i]) continue;
    sides[i] = make_side(column, *inside[i], seed.derive(i), rows, *own);
    if (!sides[i]) return nullptr;
  }
  auto rest = make_side(column, outside, seed.derive("outside"), rows, *own);
  if (!rest) return nullptr;
  return std::make_unique<Deciding>(std::move(classes), std::move(sides), std::move(*rest), seed.derive("own"), rows,
                                    std::move(own));
}

}  // namespace pgrehearse::generators
