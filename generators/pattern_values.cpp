#include <fmt/format.h>

#include <algorithm>

#include "generators/pattern.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kLongestText = 1000;
constexpr std::string_view kWayOut = "give the column `values` or a `pattern` of its own";

class Strings final : public Values {
 public:
  // `version`: what stands before the text in the type's binary form.
  Strings(PatternStrings strings, std::optional<char> version) : strings_(std::move(strings)), version_(version) {}
  std::uint64_t size() const override { return strings_.size(); }
  void binary(std::uint64_t number, Output& out) const override {
    thread_local std::string text;
    text.clear();
    if (version_) text += *version_;
    strings_.append(number, text);
    out.append(text);
  }
  void text(std::uint64_t number, std::string& out) const override { strings_.append(number, out); }

 private:
  PatternStrings strings_;
  std::optional<char> version_;
};

base::Result<PatternNode> parse(const Wanted& wanted) {
  if (wanted.override_ != nullptr && !wanted.override_->pattern.empty()) return parse_mask(wanted.override_->pattern);
  if (wanted.limits->like) return parse_like(wanted.limits->pattern);
  auto node = parse_regex(wanted.limits->pattern);
  if (node) return node;
  return base::usage_error(fmt::format("its check needs text that matches '{}', which uses {}", wanted.limits->pattern,
                                       node.errors().front().message),
                           std::string(kWayOut));
}

// Letters of one case where the pattern leaves the choice: texts then differ to citext and lower() as well.
void fold_case(PatternNode& node) {
  const std::string all = node.characters;
  std::erase_if(node.characters,
                [&](char c) { return c >= 'A' && c <= 'Z' && all.find(static_cast<char>(c - 'A' + 'a')) != all.npos; });
  for (PatternNode& child : node.children) fold_case(child);
}

}  // namespace

base::Result<ValuesPtr> make_pattern(const Wanted& wanted) {
  auto node = parse(wanted);
  if (!node) return node.errors();
  if (wanted.distinct) fold_case(*node);
  std::size_t longest = wanted.type->length ? static_cast<std::size_t>(*wanted.type->length) : kLongestText;
  if (wanted.limits->length_maximum)
    longest = std::min(longest, static_cast<std::size_t>(std::max(*wanted.limits->length_maximum, 0)));
  auto shortest = static_cast<std::size_t>(std::max(wanted.limits->length_minimum.value_or(0), 0));
  std::uint64_t enough = wanted.rows > kPlenty / 64 ? kPlenty : wanted.rows * 64;
  PatternStrings strings(std::move(*node), shortest, longest, wanted.distinct, enough);
  if (strings.shortest() < shortest || strings.longest() > longest)
    return base::usage_error(fmt::format("text of its pattern has {} to {} characters, but {} to {} are allowed",
                                         strings.shortest(), strings.longest(), shortest, longest),
                             std::string(kWayOut));
  std::optional<char> version;
  if (wanted.type->kind == Kind::jsonb) version = '\1';
  return ValuesPtr(std::make_unique<Strings>(std::move(strings), version));
}

}  // namespace pgrehearse::generators
