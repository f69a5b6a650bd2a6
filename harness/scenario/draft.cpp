#include "harness/scenario/draft.hpp"

#include "harness/scenario/cast.hpp"
#include "harness/scenario/sections.hpp"

namespace pgrehearse::scenario {

// The top of the file.
template <>
std::span<const Field<Draft>> fields();

namespace {

// Layers have taken the file's own `variants` away (layers.cpp): what comes here stands inside one of them.
void refuse_variants(const Node& node, Draft&, Context& context) {
  context.add("a variant cannot have variants of its own", node.place);
}

Field<Draft> stored(Field<Draft> made) {
  made.stored_only = true;
  return made;
}

// Reaches into the scenario under construction.
template <auto part>
constexpr auto in_scenario = [](auto& draft) -> auto& {
  return draft.scenario.*part;
};
template <auto part>
constexpr auto in_data = [](auto& draft) -> auto& {
  return draft.scenario.data.*part;
};

const std::array top_fields{
    field<Draft, Text, in_scenario<&Scenario::name>>("name"),
    field<Draft, Text, in_scenario<&Scenario::title>>("title"),
    field<Draft, Text, in_scenario<&Scenario::story>>("story"),
    field<Draft, Section<Migration>, in_scenario<&Scenario::migration>>("migration"),
    field<Draft, Section<Policy>, in_scenario<&Scenario::policy>>("policy"),
    field<Draft, List<File>, in_data<&Data::schema_files>>("schema"),
    field<Draft, File, in_data<&Data::shape_file>>("shape"),
    field<Draft, Factor, in_data<&Data::scale>>("scale"),
    field<Draft, Count, in_data<&Data::default_rows>>("rows"),
    field<Draft, Count, in_data<&Data::seed>>("seed"),
    field<Draft, DeadShare, in_data<&Data::aged>>("aged"),
    field<Draft, Named<Table>, in_data<&Data::tables>>("tables"),
    field<Draft, Section<Traffic>, in_scenario<&Scenario::traffic>>("traffic"),
    field<Draft, Named<Application>, in_scenario<&Scenario::applications>>("applications"),
    field<Draft, Named<Adversary>, in_scenario<&Scenario::adversaries>>("adversaries"),
    field<Draft, List<PassNames>, &Draft::passes>("passes"),
    field<Draft, Section<Timing>, in_scenario<&Scenario::timing>>("timing"),
    field<Draft, Section<Server>, in_scenario<&Scenario::server>>("server"),
    field<Draft, Section<Gates>, in_scenario<&Scenario::gates>>("gates"),
    field<Draft, Section<Expectation>, in_scenario<&Scenario::expect>>("expect"),
    Field<Draft>{"variants", "names, each with any of these keys again", refuse_variants,
                 [](const Draft&) { return Node{}; }, nullptr},
    stored(field<Draft, Text, in_scenario<&Scenario::variant>>("variant")),
    stored(field<Draft, List<Text>, in_scenario<&Scenario::variants>>("variant_names")),
    stored(field<Draft, Text, in_scenario<&Scenario::file>>("file")),
};

std::vector<std::vector<std::string>> pass_names(const Scenario& scenario) {
  std::vector<std::vector<std::string>> names;
  if (scenario.quiet_pass) names.push_back({"quiet"});
  if (scenario.traffic_pass) names.push_back({"traffic"});
  names.insert(names.end(), scenario.adversary_passes.begin(), scenario.adversary_passes.end());
  return names;
}

}  // namespace

template <>
std::span<const Field<Draft>> fields() {
  return top_fields;
}

Draft read_draft(const Node& root, Context& context) {
  Draft draft;
  Section<Draft>::read(root, draft, context);
  return draft;
}

Node write_draft(const Scenario& scenario) { return Section<Draft>::write({scenario, pass_names(scenario)}); }

Gates read_gates(const Node& node, Context& context) {
  Gates gates;
  const Context::Key key(context, "gates");
  Section<Gates>::read(node, gates, context);
  return gates;
}

Node write_gates(const Gates& gates) { return Section<Gates>::write(gates); }

std::vector<KnownKey> known_keys() {
  std::vector<KnownKey> keys;
  Section<Draft>::list({}, keys);
  return keys;
}

}  // namespace pgrehearse::scenario
