// A scenario between its tree and its value type: read key by key (sections.cpp), then checked and completed where keys
// depend on each other (relations.cpp). Internal to this module.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/document.hpp"
#include "harness/scenario/scenario.hpp"
#include "harness/scenario/values.hpp"

namespace pgrehearse::scenario {

struct Draft {
  Scenario scenario;
  // As written: [quiet], [traffic], the names of one adversary or several; empty: all there are.
  std::vector<std::vector<std::string>> passes;
};

// Reads the keys of `root`, which has no `variants` any more.
Draft read_draft(const Node& root, Context& context);
// The tree that read_draft() reads as this scenario, every default spelled out.
Node write_draft(const Scenario& scenario);
Gates read_gates(const Node& node, Context& context);
Node write_gates(const Gates& gates);
// `root` is what the draft was read from: it says what was given and where.
Scenario complete(Draft draft, const Node& root, Context& context);

std::vector<std::string> gate_names();
std::optional<Adversary::Kind> adversary_kind(std::string_view word);
std::vector<std::string> adversary_kinds();
std::string adversary_word(Adversary::Kind kind);

}  // namespace pgrehearse::scenario
