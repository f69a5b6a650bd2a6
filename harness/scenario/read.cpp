#include "harness/scenario/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "harness/scenario/draft.hpp"
#include "harness/scenario/flag_layer.hpp"
#include "harness/scenario/layers.hpp"
#include "harness/scenario/script_text.hpp"

namespace pgrehearse::scenario {
namespace {

// By place, each once: a mistake that several variants share was found once for each.
base::Errors tidy(base::Errors errors) {
  const auto key = [](const base::Error& e) {
    return std::tie(e.place.file, e.place.line, e.place.column, e.message, e.hint);
  };
  std::stable_sort(errors.begin(), errors.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = [&](const auto& a, const auto& b) { return key(a) == key(b); };
  errors.erase(std::unique(errors.begin(), errors.end(), same), errors.end());
  return errors;
}

// The file's layers, taken apart.
struct Layers {
  Node base;
  std::vector<Entry> variants;
};

Layers take_apart(Node root, Context& context) {
  Layers layers;
  if (const Node* variants = root.find("variants")) {
    const Context::Key key(context, "variants");
    if (is_map(*variants, context, "names, each with a set of keys")) {
      layers.variants = variants->entries;
      if (layers.variants.empty()) context.add("there are none", variants->place, "describe one, or remove the key");
    }
    for (const Entry& variant : layers.variants) {
      const Context::Key name(context, variant.key);
      is_map(variant.value, context, "a set of keys");
    }
  }
  root.erase("variants");
  layers.base = std::move(root);
  return layers;
}

std::vector<std::string> names(const std::vector<Entry>& variants) {
  std::vector<std::string> names;
  for (const Entry& variant : variants) names.push_back(variant.key);
  return names;
}

// The variant to take, empty when there are none.
std::string choose(const std::vector<Entry>& variants, const Flags& flags, Context& context) {
  if (!flags.variant) return variants.empty() ? std::string() : variants.front().key;
  for (const Entry& variant : variants) {
    if (variant.key == *flags.variant) return variant.key;
  }
  const base::Place place{"--variant", 0, 0};
  if (variants.empty()) {
    context.add(fmt::format("'{}' was asked for, but the scenario has no variants", *flags.variant), place);
  } else {
    context.add(fmt::format("the scenario has no variant '{}'", *flags.variant), place,
                fmt::format("its variants are {}", fmt::join(names(variants), ", ")));
  }
  return {};
}

Node with_flags(Node tree, const Node& flags) {
  const Node* traffic = flags.find("traffic");
  if (traffic && traffic->find("scripts")) {
    if (tree.find("traffic")) tree.at("traffic", {}).erase("scripts");
    tree.erase("applications");
  }
  return overlay(std::move(tree), flags);
}

// Flags cannot describe an adversary, and without one nobody meets the lock queue.
Node with_default_passes(Node flags) {
  if (flags.find("passes")) return flags;
  Node& passes = flags.at("passes", {});
  passes.kind = Node::Kind::list;
  for (const char* name : {"quiet", "traffic", "long-reader"}) passes.items.push_back(scalar(name));
  return flags;
}

Scenario read_tree(const Node& tree, const std::string& file, Context& context) {
  Draft draft = read_draft(tree, context);
  draft.scenario.file = file;
  return complete(std::move(draft), tree, context);
}

}  // namespace

base::Result<Scenario> read_scenario(const std::string& path, const Flags& flags) {
  const auto text = read_text_file(path);
  if (!text) return text.errors();
  auto root = parse_document(*text, path);
  if (!root) return tidy(root.errors());

  Context context;
  if (!is_map(*root, context, "a scenario's keys")) return context.take();
  const Layers layers = take_apart(std::move(root).value(), context);
  const Node flags_on_top = flag_layer(flags, context);
  const std::string file = std::filesystem::absolute(path).lexically_normal().string();
  const std::string chosen = choose(layers.variants, flags, context);

  Scenario scenario;
  if (layers.variants.empty()) scenario = read_tree(with_flags(layers.base, flags_on_top), file, context);
  for (const Entry& variant : layers.variants) {
    if (variant.value.kind != Node::Kind::map) continue;
    Node tree = overlay(layers.base, variant.value);
    if (variant.key == chosen) tree = with_flags(std::move(tree), flags_on_top);
    Scenario read = read_tree(tree, file, context);
    if (variant.key == chosen) scenario = std::move(read);
  }
  if (context.mistakes() > 0) return tidy(context.take());
  scenario.variant = chosen;
  scenario.variants = names(layers.variants);
  return scenario;
}

base::Result<Scenario> from_flags(const Flags& flags) {
  Context context;
  choose({}, flags, context);
  Scenario scenario = read_tree(with_default_passes(flag_layer(flags, context)), {}, context);
  if (context.mistakes() > 0) return tidy(context.take());
  return scenario;
}

base::Result<Data> data_from_flags(const Flags& flags) {
  Context context;
  Data data = read_draft(flag_layer(flags, context), context).scenario.data;
  if (context.mistakes() > 0) return tidy(context.take());
  return data;
}

base::Result<Gates> change_gates(const Gates& gates, const std::vector<std::string>& changes) {
  Context context;
  const Node layer = gate_layer(changes, context);
  const Node* changed = layer.find("gates");
  Gates result = changed ? read_gates(overlay(write_gates(gates), *changed), context) : gates;
  if (context.mistakes() > 0) return tidy(context.take());
  return result;
}

}  // namespace pgrehearse::scenario
