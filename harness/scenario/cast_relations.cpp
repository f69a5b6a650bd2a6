#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "harness/scenario/cast.hpp"

namespace pgrehearse::scenario {
namespace {

using Kind = Adversary::Kind;
using Names = std::vector<std::string>;

template <class List, class Value>
bool contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// ---- adversaries ----

// Keys that mean something to some kinds only.
struct KindKey {
  std::string_view key;
  bool (*concerns)(Kind);
};
constexpr std::array kind_keys{
    KindKey{"hold", [](Kind kind) { return kind != Kind::admin; }},
    KindKey{"rows", [](Kind kind) { return kind == Kind::batch_update; }},
    KindKey{"connections", [](Kind kind) { return kind == Kind::connection_burst; }},
    KindKey{"sql", [](Kind kind) { return kind == Kind::second_ddl; }},
    KindKey{"lock_timeout", [](Kind kind) { return kind == Kind::second_ddl; }},
};

void check_kind_keys(const Entry& given, Kind kind, Context& context) {
  for (const KindKey& each : kind_keys) {
    const Node* node = given.value.find(each.key);
    if (!node || each.concerns(kind)) continue;
    context.add(
        fmt::format("adversaries.{}: '{}' means nothing to the kind {}", given.key, each.key, adversary_word(kind)),
        node->place, "remove it");
  }
}

void check_name(const Entry& given, Context& context) {
  if (given.key == "quiet" || given.key == "traffic") {
    context.add(fmt::format("adversaries: '{}' is the name of a pass", given.key), given.place, "rename it");
  }
  if (given.key.find('+') != std::string::npos) {
    context.add(fmt::format("adversaries: '{}' has a '+', which joins adversaries of one pass", given.key), given.place,
                "rename it");
  }
}

// ---- passes ----

// The adversary of this name: one that was described, or a kind as it is.
std::optional<Adversary> find_adversary(const std::vector<Adversary>& all, const std::string& name) {
  for (const Adversary& adversary : all) {
    if (adversary.name == name) return adversary;
  }
  const auto kind = adversary_kind(name);
  if (!kind) return {};
  Adversary adversary;
  adversary.name = name;
  adversary.kind = *kind;
  return adversary;
}

void report_unknown_pass(const std::vector<Adversary>& described, const Node& node, Context& context) {
  Names known{"quiet", "traffic"};
  for (const Adversary& adversary : described) known.push_back(adversary.name);
  for (const std::string& kind : adversary_kinds()) {
    if (!contains(known, kind)) known.push_back(kind);
  }
  context.add(fmt::format("passes: '{}' is no pass", node.text), node.place,
              suggestion(node.text, known, "passes that can be run"));
}

// Reads the items of `passes` one after the other.
class PassReader {
 public:
  PassReader(Scenario& scenario, Context& context)
      : scenario_(scenario), described_(scenario.adversaries), context_(context) {
    scenario_.quiet_pass = scenario_.traffic_pass = false;
    scenario_.adversaries.clear();
    scenario_.adversary_passes.clear();
  }

  void read(const Node& item) {
    const std::vector<Node> names = joined_names(item);
    if (names.size() == 1 && names[0].text == "quiet") return static_cast<void>(scenario_.quiet_pass = true);
    if (names.size() == 1 && names[0].text == "traffic") return static_cast<void>(scenario_.traffic_pass = true);
    Names together;
    for (const Node& name : names) {
      if (name.kind == Node::Kind::scalar && !name.text.empty()) add(name, together);
    }
    if (together.empty()) return;
    if (contains(scenario_.adversary_passes, together))
      return report_twice(fmt::format("{}", fmt::join(together, "+")), item);
    scenario_.adversary_passes.push_back(std::move(together));
  }

 private:
  void add(const Node& name, Names& together) {
    if (name.text == "quiet" || name.text == "traffic") {
      return context_.add(fmt::format("passes: '{}' is a pass of its own and cannot be joined with others", name.text),
                          name.place, "every pass with adversaries has the traffic");
    }
    if (contains(together, name.text)) return report_twice(name.text, name);
    const auto adversary = find_adversary(described_, name.text);
    if (!adversary) return report_unknown_pass(described_, name, context_);
    together.push_back(name.text);
    const auto same = [&](const Adversary& one) { return one.name == name.text; };
    if (std::none_of(scenario_.adversaries.begin(), scenario_.adversaries.end(), same)) {
      scenario_.adversaries.push_back(*adversary);
    }
  }
  void report_twice(const std::string& name, const Node& node) {
    context_.add(fmt::format("passes: '{}' is given twice", name), node.place, "keep one");
  }

  Scenario& scenario_;
  std::vector<Adversary> described_;
  Context& context_;
};

// ---- applications ----

const Names all_phases{"baseline", "up", "after_up", "down", "after_down", "up_again", "after_up_again"};

// A rolling deploy after `up`, and a `down` that comes before the new code is gone.
Names default_phases(const std::string& application) {
  return application == "old" ? all_phases : Names{"after_up", "down", "after_up_again"};
}

void check_phases(const Entry& given, Context& context) {
  const Node* phases = given.value.find("phases");
  if (!phases) return;
  const std::vector<Node> items = phases->kind == Node::Kind::list ? phases->items : std::vector<Node>{*phases};
  if (items.empty()) context.add("'phases' names none", phases->place, "leave it out for the usual ones");
  for (const Node& item : items) {
    if (item.kind == Node::Kind::scalar && !contains(all_phases, item.text)) {
      context.add(fmt::format("'{}' is no phase", item.text), item.place, suggestion(item.text, all_phases, "phases"));
    }
  }
}

}  // namespace

// An adversary named like a kind is of that kind.
void settle_kinds(const Node& root, Draft& draft, Context& context) {
  const Node* node = root.find("adversaries");
  std::vector<Adversary>& read = draft.scenario.adversaries;
  for (std::size_t i = 0; node && i < node->entries.size() && i < read.size(); ++i) {
    const Entry& given = node->entries[i];
    check_name(given, context);
    if (given.value.kind != Node::Kind::map) continue;
    if (!given.value.find("kind")) {
      const auto kind = adversary_kind(given.key);
      if (!kind) {
        context.add(fmt::format("adversaries.{}: has no 'kind'", given.key), given.place,
                    fmt::format("give it a kind: {}", fmt::join(adversary_kinds(), ", ")));
        continue;
      }
      read[i].kind = *kind;
    }
    check_kind_keys(given, read[i].kind, context);
  }
}

void settle_passes(const Node& root, Draft& draft, Context& context) {
  Scenario& scenario = draft.scenario;
  const Node* node = root.find("passes");
  if (!node) {
    for (const Adversary& adversary : scenario.adversaries) scenario.adversary_passes.push_back({adversary.name});
    return;
  }
  const std::vector<Node> items = node->kind == Node::Kind::list ? node->items : std::vector<Node>{*node};
  if (items.empty()) return context.add("passes: at least one pass is needed", node->place);
  PassReader reader(scenario, context);
  for (const Node& item : items) reader.read(item);
}

void settle_applications(const Node& root, Draft& draft, Context& context) {
  const Node* node = root.find("applications");
  if (!node || node->kind != Node::Kind::map) return;
  const Context::Key key(context, "applications");
  const Traffic& traffic = draft.scenario.traffic;
  if (!traffic.scripts.empty()) {
    context.add("'applications' and 'traffic.scripts' exclude each other", node->place,
                "give the scripts to the application that they are of");
  }
  if (!node->find("old")) context.add("there is no 'old' one", node->place, "the one that runs before the migration");
  std::vector<Application>& read = draft.scenario.applications;
  for (std::size_t i = 0; i < node->entries.size() && i < read.size(); ++i) {
    const Entry& given = node->entries[i];
    if (given.key != "old" && given.key != "new") {
      context.add(fmt::format("'{}' is neither 'old' nor 'new'", given.key), given.place);
      continue;
    }
    const Context::Key name(context, given.key);
    if (given.value.kind != Node::Kind::map) continue;
    if (read[i].scripts.empty()) context.add("has no scripts", given.place, "give it 'scripts', as under 'traffic'");
    check_each_script(given.value.find("scripts"), traffic.loop == Traffic::Loop::closed, context);
    check_phases(given, context);
    if (read[i].phases.empty()) read[i].phases = default_phases(given.key);
  }
}

}  // namespace pgrehearse::scenario
