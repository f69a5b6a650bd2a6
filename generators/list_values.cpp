// Values from a list: the user's, a CHECK's IN list, the labels of an enum.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "generators/literal.hpp"
#include "generators/quantity.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

class List final : public Values {
 public:
  List(const Type& type, const std::vector<std::string>& texts) : texts_(texts) {
    for (const std::string& text : texts) {
      auto bytes = binary_literal(type, text);
      if (!bytes) has_binary_ = false;
      binaries_.push_back(bytes.value_or(""));
    }
  }
  std::uint64_t size() const override { return texts_.size(); }
  bool has_binary() const override { return has_binary_; }
  void binary(std::uint64_t number, Output& out) const override { out.append(binaries_[number]); }
  void put(Draw draw, Output& out) const override { out.append(binaries_[draw.number]); }
  void text(std::uint64_t number, std::string& out) const override { out += texts_[number]; }

 private:
  std::vector<std::string> texts_, binaries_;
  bool has_binary_ = true;
};

bool possible(const Type& type, const std::string& text) {
  if (is_quantity(type.kind) && type.kind != Kind::interval && type.kind != Kind::money)
    return binary_literal(type, text).has_value();
  if (type.kind == Kind::enumeration)
    return std::find(type.labels.begin(), type.labels.end(), text) != type.labels.end();
  return !(type.kind == Kind::text && type.length && text.size() > 4 * static_cast<std::size_t>(*type.length));
}

std::vector<std::string> without_doubles(const std::vector<std::string>& texts) {
  std::vector<std::string> distinct;
  std::unordered_set<std::string_view> known;
  for (const std::string& text : texts)
    if (known.insert(text).second) distinct.push_back(text);
  return distinct;
}

}  // namespace

base::Result<ValuesPtr> make_list(const Wanted& wanted, const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    if (!possible(*wanted.type, text))
      return base::usage_error(fmt::format("\"{}\" is no value of type {}", text, wanted.type->name),
                               "list values as PostgreSQL prints them, e.g. 12.5, 2024-01-31, true");
  if (texts.empty()) return base::usage_error(fmt::format("type {} has no values", wanted.type->name));
  return ValuesPtr(std::make_unique<List>(*wanted.type, wanted.distinct ? without_doubles(texts) : texts));
}

}  // namespace pgrehearse::generators
