// Who takes part beside the migration: adversaries, applications, and the passes that bring them together. Internal to
// this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/draft.hpp"
#include "harness/scenario/values.hpp"

namespace pgrehearse::scenario {

// Codec: one pass, as the names of those who make it: [quiet], or one adversary or several.
struct PassNames {
  using Value = std::vector<std::string>;
  static constexpr std::string_view expected = "quiet, traffic, an adversary, or a list of adversaries";
  static void read(const Node& node, Value& value, Context& context);
  static Node write(const Value& value);
};
// The names in an item of `passes`, each with its place.
std::vector<Node> joined_names(const Node& node);

// Each script under `scripts` (null: there are none) has statements, from one source. Of relations.cpp.
void check_each_script(const Node* scripts, bool closed, Context& context);

// What the keys of adversaries, applications and passes say about each other and about the rest. In this order.
void settle_kinds(const Node& root, Draft& draft, Context& context);
void settle_passes(const Node& root, Draft& draft, Context& context);
void settle_applications(const Node& root, Draft& draft, Context& context);

}  // namespace pgrehearse::scenario
