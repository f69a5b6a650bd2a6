#include "harness/profile/json_object.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/nearest.hpp"
#include "harness/profile/json_places.hpp"

namespace pgrehearse::profile {
namespace {

using Json = nlohmann::ordered_json;

const Json& of(const void* json) { return *static_cast<const Json*>(json); }

// What stands there, short enough for a message.
std::string shown(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= 40 ? text : fmt::format("{} of {} members", json.type_name(), json.size());
}

}  // namespace

void Node::complain(std::string message, std::string hint) const {
  mistakes_->push_back({pointer_, std::move(message), std::move(hint)});
}

bool Node::is_null() const { return of(json_).is_null(); }
bool Node::is_text() const { return of(json_).is_string(); }
bool Node::is_number() const { return of(json_).is_number(); }
bool Node::is_list() const { return of(json_).is_array(); }

std::string Node::text() const {
  if (is_text()) return of(json_).get<std::string>();
  complain(fmt::format("is {}, where a text was expected", shown(of(json_))));
  return "";
}

bool Node::boolean() const {
  if (of(json_).is_boolean()) return of(json_).get<bool>();
  complain(fmt::format("is {}, where true or false was expected", shown(of(json_))));
  return false;
}

double Node::number(double least, double most) const {
  if (!is_number()) {
    complain(fmt::format("is {}, where a number was expected", shown(of(json_))));
    return 0;
  }
  const double value = of(json_).get<double>();
  if (std::isfinite(value) && value >= least && value <= most) return value;
  if (std::isinf(most)) {
    complain(fmt::format("is {}, but cannot be below {}", shown(of(json_)), least), kAnalyzeAgain);
  } else {
    complain(fmt::format("is {}, but lies between {} and {}", shown(of(json_)), least, most), kAnalyzeAgain);
  }
  return std::clamp(value, least, most);
}

std::int64_t Node::whole(std::int64_t least) const {
  if (of(json_).is_number_integer() && of(json_).get<std::int64_t>() >= least) return of(json_).get<std::int64_t>();
  complain(fmt::format("is {}, where a whole number{} was expected", shown(of(json_)), least == 0 ? " from 0" : ""));
  return std::max<std::int64_t>(least, 0);
}

std::vector<Node> Node::list() const {
  std::vector<Node> items;
  if (!is_list()) {
    complain(fmt::format("is {}, where a list was expected", shown(of(json_))));
    return items;
  }
  for (const Json& item : of(json_)) items.emplace_back(&item, pointer_to(pointer_, items.size()), *mistakes_);
  return items;
}

std::vector<std::pair<std::string, Node>> Node::named() const {
  std::vector<std::pair<std::string, Node>> items;
  if (!of(json_).is_object()) {
    complain(fmt::format("is {}, where an object was expected", shown(of(json_))));
    return items;
  }
  for (const auto& [name, item] : of(json_).items()) {
    items.emplace_back(name, Node(&item, pointer_to(pointer_, name), *mistakes_));
  }
  return items;
}

Members::Members(const Node& node) : node_(node), is_object_(of(node.json_).is_object()) {
  if (!is_object_) node_.complain(fmt::format("is {}, where an object was expected", shown(of(node_.json_))));
}

Members::~Members() {
  if (!is_object_) return;
  for (const auto& [name, item] : of(node_.json_).items()) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    const std::string near = base::did_you_mean(name, asked_);
    Node(&item, pointer_to(node_.pointer(), name), *node_.mistakes_)
        .complain(fmt::format("'{}' is not known here", name),
                  near.empty() ? fmt::format("known are {}", fmt::join(asked_, ", ")) : near);
  }
}

std::optional<Node> Members::find(const std::string& name) {
  asked_.push_back(name);
  if (!is_object_) return {};
  const auto found = of(node_.json_).find(name);
  if (found == of(node_.json_).end()) return {};
  return Node(&*found, pointer_to(node_.pointer(), name), *node_.mistakes_);
}

std::optional<Node> Members::need(const std::string& name) {
  auto found = find(name);
  if (!found && is_object_) node_.complain(fmt::format("has no '{}'", name));
  return found;
}

std::string Members::text(const std::string& name) {
  const auto node = need(name);
  return node ? node->text() : "";
}

double Members::number(const std::string& name, double least, double most) {
  const auto node = need(name);
  return node ? node->number(least, most) : 0;
}

std::uint64_t Members::count(const std::string& name) {
  const auto node = need(name);
  return node ? node->count() : 0;
}

std::vector<std::string> Members::texts(const std::string& name) {
  std::vector<std::string> all;
  const auto node = need(name);
  if (!node) return all;
  for (const Node& item : node->list()) all.push_back(item.text());
  return all;
}

}  // namespace pgrehearse::profile
