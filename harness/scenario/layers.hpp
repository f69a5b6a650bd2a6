// A scenario is made of layers, each of which overrides the one below: the file, its variant, the flags. Internal to
// this module.
#pragma once

#include <string_view>

#include "harness/scenario/document.hpp"

namespace pgrehearse::scenario {

// `over` on top of `base`: sets of keys are merged key by key, anything else is replaced. Where keys exclude one
// another (migration.folder and migration.up, a script's sql and file, ...), naming one removes the others below.
Node overlay(Node base, const Node& over);

// "users" and "public.users" name the same table.
bool same_table(std::string_view a, std::string_view b);

}  // namespace pgrehearse::scenario
