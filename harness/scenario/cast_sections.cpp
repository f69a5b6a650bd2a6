// The keys of who takes part beside the migration: adversaries, applications, and the passes that bring them together.
#include <array>

#include "harness/scenario/cast.hpp"
#include "harness/scenario/draft.hpp"
#include "harness/scenario/sections.hpp"

namespace pgrehearse::scenario {
namespace {

struct Kinds {
  using Word = std::pair<std::string_view, Adversary::Kind>;
  static constexpr std::string_view expected =
      "long-reader, idle-in-transaction, pg-dump, autovacuum, autovacuum-wraparound, batch-update, second-ddl, "
      "prepared-transaction, connection-burst or admin";
  static constexpr std::array<Word, 10> words{{
      {"long-reader", Adversary::Kind::long_reader},
      {"idle-in-transaction", Adversary::Kind::idle_in_transaction},
      {"pg-dump", Adversary::Kind::pg_dump},
      {"autovacuum", Adversary::Kind::autovacuum},
      {"autovacuum-wraparound", Adversary::Kind::autovacuum_wraparound},
      {"batch-update", Adversary::Kind::batch_update},
      {"second-ddl", Adversary::Kind::second_ddl},
      {"prepared-transaction", Adversary::Kind::prepared_transaction},
      {"connection-burst", Adversary::Kind::connection_burst},
      {"admin", Adversary::Kind::admin},
  }};
};

constexpr std::array adversary_fields{
    field<Adversary, OneOf<Kinds>, &Adversary::kind>("kind"),
    field<Adversary, Text, &Adversary::table>("table"),
    field<Adversary, Time, &Adversary::lead>("lead"),
    field<Adversary, Span, &Adversary::hold>("hold"),
    field<Adversary, Whole<1, 1'000'000>, &Adversary::rows>("rows"),
    field<Adversary, Whole<1, 10'000>, &Adversary::connections>("connections"),
    field<Adversary, Text, &Adversary::sql>("sql"),
    field<Adversary, OrOff<Span>, &Adversary::lock_timeout>("lock_timeout"),
};
constexpr std::array application_fields{
    field<Application, Named<Script>, &Application::scripts>("scripts"),
    field<Application, List<Text>, &Application::phases>("phases"),
};

}  // namespace

template <>
std::span<const Field<Adversary>> fields() {
  return adversary_fields;
}
template <>
std::span<const Field<Application>> fields() {
  return application_fields;
}

std::optional<Adversary::Kind> adversary_kind(std::string_view word) {
  for (const auto& [known, kind] : Kinds::words) {
    if (known == word) return kind;
  }
  return {};
}

std::vector<std::string> adversary_kinds() {
  std::vector<std::string> words;
  for (const auto& pair : Kinds::words) words.emplace_back(pair.first);
  return words;
}

std::string adversary_word(Adversary::Kind kind) { return OneOf<Kinds>::write(kind).text; }

// "a+b", as the record names such a pass and --pass takes it.
std::vector<Node> joined_names(const Node& node) {
  if (node.kind == Node::Kind::list) return node.items;
  std::vector<Node> names;
  for (std::size_t from = 0; from <= node.text.size();) {
    const std::size_t plus = std::min(node.text.find('+', from), node.text.size());
    names.push_back(scalar(node.text.substr(from, plus - from), node.place));
    from = plus + 1;
  }
  return names;
}

void PassNames::read(const Node& node, Value& value, Context& context) {
  if (node.kind != Node::Kind::list && !text_of(node, context, expected)) return;
  value.clear();
  if (node.kind == Node::Kind::list && node.items.empty()) return context.add("an empty list is no pass", node.place);
  for (const Node& item : joined_names(node)) {
    if (const std::string* name = text_of(item, context, "the name of an adversary")) value.push_back(*name);
  }
}

Node PassNames::write(const Value& value) {
  if (value.size() == 1) return scalar(value[0]);
  Node node;
  node.kind = Node::Kind::list;
  for (const std::string& name : value) node.items.push_back(scalar(name));
  return node;
}

}  // namespace pgrehearse::scenario
