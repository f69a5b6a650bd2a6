// The keys of a scenario file, section by section. docs/scenario.md explains them in the same order.
#include "harness/scenario/sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generators/hints.hpp"
#include "harness/base/secrets.hpp"
#include "harness/scenario/draft.hpp"

namespace pgrehearse::scenario {
namespace {

using generators::Override;

template <class T>
using Pairs = std::pair<std::string_view, T>;

struct Formats {
  static constexpr std::string_view expected = "auto, diesel, golang-migrate or plain";
  static constexpr std::array<Pairs<std::string_view>, 4> words{
      {{"auto", "auto"}, {"diesel", "diesel"}, {"golang-migrate", "golang-migrate"}, {"plain", "plain"}}};
};
struct Scopes {
  static constexpr std::string_view expected = "auto, batch, file, simple-query or statement";
  static constexpr std::array<Pairs<TransactionScope>, 5> words{{{"auto", TransactionScope::automatic},
                                                                 {"batch", TransactionScope::batch},
                                                                 {"file", TransactionScope::file},
                                                                 {"simple-query", TransactionScope::simple_query},
                                                                 {"statement", TransactionScope::statement}}};
};
struct Verdicts {
  static constexpr std::string_view expected = "pass, fail or inconclusive";
  static constexpr std::array<Pairs<Verdict>, 3> words{
      {{"pass", Verdict::pass}, {"fail", Verdict::fail}, {"inconclusive", Verdict::inconclusive}}};
};
struct GateNames {
  using Value = std::string;
  static constexpr std::string_view expected = "the names of gates";
  static void read(const Node& node, std::string& value, Context& context) {
    const std::string* text = text_of(node, context, expected);
    if (!text) return;
    value = *text;
    auto known = gate_names();
    known.emplace_back("migration_succeeds");  // always on, so no key of `gates`
    if (std::find(known.begin(), known.end(), value) == known.end()) report_unknown_word(node, known, context);
  }
  static Node write(const std::string& value) { return scalar(value); }
};

// Two ways to limit one percentile: "50ms", "3x baseline", or both as a list.
struct Percentile {
  static constexpr std::string_view expected = "a duration such as 50ms, a ratio such as '3x baseline', or both";
  static void read(const Node& node, Gates& gates, Context& context) {
    gates.response_p99.reset();
    gates.response_p99_ratio.reset();
    if (node.kind != Node::Kind::list) return read_one(node, gates, context);
    for (const Node& item : node.items) read_one(item, gates, context);
  }
  static Node write(const Gates& gates) {
    Node node;
    node.kind = Node::Kind::list;
    if (gates.response_p99) node.items.push_back(Time::write(*gates.response_p99));
    if (gates.response_p99_ratio) node.items.push_back(scalar(Weight::write(*gates.response_p99_ratio).text + suffix));
    if (node.items.empty()) return scalar("off");
    return node.items.size() == 1 ? node.items[0] : node;
  }

 private:
  static constexpr const char* suffix = "x baseline";
  static void read_one(const Node& node, Gates& gates, Context& context) {
    const std::string* text = text_of(node, context, expected);
    if (!text || *text == "off") return;
    const auto end = text->ends_with("x") ? text->size() - 1 : text->find(suffix);
    if (end == std::string::npos) return Given<Span>::read(node, gates.response_p99, context);
    Given<Weight>::read(scalar(text->substr(0, end), node.place), gates.response_p99_ratio, context);
  }
};

// Passwords in connection URIs are read and never written.
struct Provider {
  using Value = std::string;
  static constexpr std::string_view expected = "auto, local, container, existing, or a connection URI";
  static void read(const Node& node, std::string& value, Context& context) {
    const std::string* text = text_of(node, context, expected);
    if (!text) return;
    static const std::vector<std::string> words{"auto", "local", "container", "existing"};
    if (base::is_connection_text(*text) || std::find(words.begin(), words.end(), *text) != words.end()) {
      value = *text;
    } else {
      report_unknown_word(node, words, context);
    }
  }
  static Node write(const std::string& value) { return scalar(base::without_password(value)); }
};
struct UriOrFile {
  using Value = std::string;
  static constexpr std::string_view expected = "the path of a file, or a connection URI";
  static void read(const Node& node, std::string& value, Context& context) {
    const std::string* text = text_of(node, context, expected);
    if (!text) return;
    if (base::is_connection_text(*text)) {
      value = *text;
    } else {
      File::read(node, value, context);
    }
  }
  static Node write(const std::string& value) { return Text::write(base::without_password(value)); }
};

// Made where it is missing.
struct NewFolder {
  using Value = std::string;  // absolute
  static constexpr std::string_view expected = "the path of a folder";
  static void read(const Node& node, std::string& value, Context& context) {
    if (text_of(node, context, expected)) value = absolute_path(node);
  }
  static Node write(const std::string& value) { return Text::write(value); }
};

// A number above zero, up to a limit.
template <int most>
struct Above {
  using Value = double;
  static constexpr std::string_view expected = "a number above zero";
  static void read(const Node& node, double& value, Context& context) {
    const std::size_t before = context.mistakes();
    double number = 0;
    Number::read(node, number, context);
    if (context.mistakes() > before) return;
    if (number <= 0 || number > most)
      return context.add(fmt::format("expected a number above 0 and at most {}, found '{}'", most, node.text),
                         node.place);
    value = number;
  }
  static Node write(const double& value) { return Number::write(value); }
};

struct StyleName {
  using Value = std::string;
  static constexpr std::string_view expected = "a kind of text such as email";
  static void read(const Node& node, std::string& value, Context& context) {
    const std::string* text = text_of(node, context, expected);
    if (!text) return;
    value = *text;
    if (!generators::style_named(value)) report_unknown_word(node, generators::style_names(), context);
  }
  static Node write(const std::string& value) { return Text::write(value); }
};

using Off = OrOff<Span>;

constexpr std::array migration_fields{
    field<Migration, Folder, &Migration::folder>("folder"),
    field<Migration, OneOf<Formats>, &Migration::format>("format"),
    field<Migration, Text, &Migration::only>("only"),
    field<Migration, Whole<1, 100'000>, &Migration::last>("last"),
    field<Migration, File, &Migration::up_file>("up"),
    field<Migration, File, &Migration::down_file>("down"),
    field<Migration, OneOf<Scopes>, &Migration::scope>("transaction"),
};
constexpr std::array policy_fields{
    field<Policy, Off, &Policy::lock_timeout>("lock_timeout"),
    field<Policy, Off, &Policy::statement_timeout>("statement_timeout"),
    field<Policy, Whole<0, 10'000>, &Policy::retries>("retries"),
    field<Policy, Time, &Policy::retry_wait>("retry_wait"),
};
constexpr int kMostNumber = 1'000'000'000, kLongestText = 1'000'000;
constexpr std::array normal_fields{
    field<Override::Normal, Given<Number>, &Override::Normal::mean>("mean"),
    field<Override::Normal, Given<Above<kMostNumber>>, &Override::Normal::deviation>("deviation"),
};
constexpr std::array log_normal_fields{
    field<Override::LogNormal, Given<Above<kMostNumber>>, &Override::LogNormal::median>("median"),
    field<Override::LogNormal, Given<Above<5>>, &Override::LogNormal::sigma>("sigma"),
};
constexpr std::array sequence_fields{
    field<Override::Sequence, Text, &Override::Sequence::start>("start"),
    field<Override::Sequence, Number, &Override::Sequence::step>("step"),
};
constexpr std::array period_fields{
    field<Override::Period, Text, &Override::Period::from>("from"),
    field<Override::Period, Text, &Override::Period::to>("to"),
    field<Override::Period, Share, &Override::Period::daily>("daily"),
    field<Override::Period, Share, &Override::Period::weekly>("weekly"),
};
constexpr std::array length_fields{
    field<Override::Length, Given<Whole<0, kLongestText>>, &Override::Length::minimum>("minimum"),
    field<Override::Length, Given<Whole<0, kLongestText>>, &Override::Length::maximum>("maximum"),
};
constexpr std::array override_fields{
    field<Override, List<Datum>, &Override::values>("values"),
    field<Override, List<Weight>, &Override::weights>("weights"),
    field<Override, Text, &Override::minimum>("minimum"),
    field<Override, Text, &Override::maximum>("maximum"),
    field<Override, Text, &Override::pattern>("pattern"),
    field<Override, StyleName, &Override::kind>("kind"),
    field<Override, GivenSection<Override::Normal>, &Override::normal>("normal"),
    field<Override, GivenSection<Override::LogNormal>, &Override::log_normal>("log_normal"),
    field<Override, GivenSection<Override::Sequence>, &Override::sequence>("sequence"),
    field<Override, GivenSection<Override::Period>, &Override::period>("period"),
    field<Override, Text, &Override::expression>("expression"),
    field<Override, Given<Above<10>>, &Override::zipf>("zipf"),
    field<Override, GivenSection<Override::Length>, &Override::length>("length"),
    field<Override, Given<Share>, &Override::null_fraction>("nulls"),
    field<Override, Given<Count>, &Override::distinct>("distinct"),
};
constexpr std::array table_fields{
    field<Table, Rows, &Table::rows>("rows"),
    field<Table, Given<DeadShare>, &Table::aged>("aged"),
    field<Table, ByName<Section<Override>>, &Table::columns>("columns"),
};

constexpr std::array timing_fields{
    field<Timing, Span, &Timing::baseline>("baseline"),
    field<Timing, Span, &Timing::settle>("settle"),
};
constexpr std::array server_fields{
    field<Server, Provider, &Server::use>("use"),
    field<Server, Given<Whole<14, 99>>, &Server::major>("version"),
    field<Server, Text, &Server::image>("image"),
    field<Server, Text, &Server::engine>("engine"),
    field<Server, Given<Weight>, &Server::cpus>("cpus"),
    field<Server, Given<Bytes>, &Server::memory_bytes>("memory"),
    field<Server, ByName<Text>, &Server::settings>("settings"),
    field<Server, UriOrFile, &Server::settings_from>("settings_from"),
    field<Server, Switch, &Server::keep>("keep"),
    field<Server, NewFolder, &Server::cache>("cache"),
    field<Server, Bytes, &Server::cache_limit_bytes>("cache_limit"),
    field<Server, Folder, &Server::postgres_bin>("postgres_bin"),
    field<Server, Span, &Server::start_deadline>("start_deadline"),
};
constexpr std::array gate_fields{
    field<Gates, Off, &Gates::max_stall>("max_stall"),
    field<Gates, Off, &Gates::lock_wait>("lock_wait"),
    Field<Gates>{"response_p99", Percentile::expected, Percentile::read, Percentile::write, nullptr},
    field<Gates, OrOff<Share>, &Gates::error_rate>("error_rate"),
    field<Gates, Off, &Gates::migration_duration>("migration_duration"),
    field<Gates, Switch, &Gates::down_restores_schema>("down_restores_schema"),
    field<Gates, Switch, &Gates::down_restores_data>("down_restores_data"),
    field<Gates, Switch, &Gates::old_code_survives>("old_code_survives"),
    field<Gates, Switch, &Gates::new_code_survives>("new_code_survives"),
};
constexpr std::array expectation_fields{
    field<Expectation, Given<OneOf<Verdicts>>, &Expectation::verdict>("verdict"),
    field<Expectation, List<GateNames>, &Expectation::failed_gates>("gates"),
    field<Expectation, Text, &Expectation::statement>("statement"),
    field<Expectation, Text, &Expectation::lock>("lock"),
};

}  // namespace

template <>
std::span<const Field<Migration>> fields() {
  return migration_fields;
}
template <>
std::span<const Field<Policy>> fields() {
  return policy_fields;
}
template <>
std::span<const Field<Override::Normal>> fields() {
  return normal_fields;
}
template <>
std::span<const Field<Override::LogNormal>> fields() {
  return log_normal_fields;
}
template <>
std::span<const Field<Override::Sequence>> fields() {
  return sequence_fields;
}
template <>
std::span<const Field<Override::Period>> fields() {
  return period_fields;
}
template <>
std::span<const Field<Override::Length>> fields() {
  return length_fields;
}
template <>
std::span<const Field<Override>> fields() {
  return override_fields;
}
template <>
std::span<const Field<Table>> fields() {
  return table_fields;
}
template <>
std::span<const Field<Timing>> fields() {
  return timing_fields;
}
template <>
std::span<const Field<Server>> fields() {
  return server_fields;
}
template <>
std::span<const Field<Gates>> fields() {
  return gate_fields;
}
template <>
std::span<const Field<Expectation>> fields() {
  return expectation_fields;
}

std::vector<std::string> gate_names() {
  std::vector<std::string> names;
  for (const auto& gate : gate_fields) names.emplace_back(gate.key);
  return names;
}

}  // namespace pgrehearse::scenario
