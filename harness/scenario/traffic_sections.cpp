// The keys of a scenario file under `traffic`. docs/scenario.md explains them in the same order.
#include "harness/scenario/script_text.hpp"
#include "harness/scenario/sections.hpp"
#include "harness/scenario/timetable.hpp"

namespace pgrehearse::scenario {
namespace {

template <class T>
using Pairs = std::pair<std::string_view, T>;

struct Loops {
  static constexpr std::string_view expected = "open or closed";
  static constexpr std::array<Pairs<Traffic::Loop>, 2> words{
      {{"open", Traffic::Loop::open}, {"closed", Traffic::Loop::closed}}};
};
struct ArrivalWords {
  static constexpr std::string_view expected = "poisson or constant";
  static constexpr std::array<Pairs<Arrivals>, 2> words{
      {{"poisson", Arrivals::poisson}, {"constant", Arrivals::constant}}};
};

// Not simple: drawn values would have to be quoted, and pgbench's language does not do that.
struct Protocols {
  static constexpr std::string_view expected = "prepared or extended";
  static constexpr std::array<Pairs<Protocol>, 2> words{
      {{"prepared", Protocol::prepared}, {"extended", Protocol::extended}}};
};
struct StalePlans {
  static constexpr std::string_view expected = "prepare-anew, repeat or keep";
  static constexpr std::array<Pairs<StalePlan>, 3> words{
      {{"prepare-anew", StalePlan::prepare_anew}, {"repeat", StalePlan::repeat}, {"keep", StalePlan::keep}}};
};

// "200ms", always the same, or "exponential 200ms".
struct Thinking {
  using Value = ThinkTime;
  static constexpr std::string_view expected = "a duration such as 200ms, or 'exponential 200ms'";
  static void read(const Node& node, ThinkTime& value, Context& context) {
    const std::string* text = text_of(node, context, expected);
    if (!text) return;
    value.exponential = text->starts_with(prefix);
    Time::read(scalar(value.exponential ? text->substr(prefix.size()) : *text, node.place), value.mean, context);
  }
  static Node write(const ThinkTime& value) {
    const Node mean = Time::write(value.mean);
    return value.exponential ? scalar(std::string(prefix) + mean.text) : mean;
  }

 private:
  static constexpr std::string_view prefix = "exponential ";
};

using Off = OrOff<Span>;

// Of one script: `off` where the traffic's sessions have a limit.
struct OwnLimit {
  using Value = std::optional<Duration>;
  static constexpr std::string_view expected = Span::expected;
  static void read(const Node& node, Value& value, Context& context) {
    Off::read(node, value, context);
    if (!value) value = Duration::zero();
  }
  static Node write(const Value& value) {
    if (!value) return {};
    return *value == Duration::zero() ? scalar("off") : Span::write(*value);
  }
};

template <auto member>
constexpr auto timeout = [](auto& object) -> auto& {
  return object.timeouts.*member;
};
Field<Script> stored(Field<Script> made) {
  made.stored_only = true;
  return made;
}
const std::array script_fields{
    field<Script, Weight, &Script::weight>("weight"),
    field<Script, Given<Rate>, &Script::rate_per_s>("rate"),
    field<Script, GivenTimetable, &Script::timetable>("timetable"),
    field<Script, OwnLimit, timeout<&SessionTimeouts::statement>>("statement_timeout"),
    field<Script, OwnLimit, timeout<&SessionTimeouts::lock>>("lock_timeout"),
    field<Script, OwnLimit, timeout<&SessionTimeouts::idle_in_transaction>>("idle_in_transaction_session_timeout"),
    Field<Script>{"sql", "statements in pgbench's script language", read_inline_script,
                  [](const Script& script) { return scalar(script.text); }, nullptr},
    Field<Script>{"file", File::expected, read_script_file, [](const Script&) { return Node{}; }, nullptr},
    stored(field<Script, Text, &Script::source>("source")),
    stored(field<Script, Whole<1, 2'000'000'000>, &Script::source_line>("source_line")),
};
constexpr std::array traffic_fields{
    field<Traffic, OneOf<Loops>, &Traffic::loop>("loop"),
    field<Traffic, Rate, &Traffic::rate_per_s>("rate"),
    field<Traffic, Weight, &Traffic::scale>("scale"),
    field<Traffic, GivenTimetable, &Traffic::timetable>("timetable"),
    field<Traffic, OneOf<ArrivalWords>, &Traffic::arrivals>("arrivals"),
    field<Traffic, Thinking, &Traffic::think_time>("think_time"),
    field<Traffic, Whole<1, 1000>, &Traffic::clients>("clients"),
    field<Traffic, Whole<0, 1000>, &Traffic::overflow>("overflow"),
    field<Traffic, Span, &Traffic::patience>("patience"),
    field<Traffic, OneOf<Protocols>, &Traffic::protocol>("protocol"),
    field<Traffic, OneOf<StalePlans>, &Traffic::stale_plan>("stale_plan"),
    field<Traffic, Whole<0, 1'000'000>, &Traffic::max_tries>("max_tries"),
    field<Traffic, Off, timeout<&SessionTimeouts::statement>>("statement_timeout"),
    field<Traffic, Off, timeout<&SessionTimeouts::lock>>("lock_timeout"),
    field<Traffic, Off, timeout<&SessionTimeouts::idle_in_transaction>>("idle_in_transaction_session_timeout"),
    field<Traffic, Named<Script>, &Traffic::scripts>("scripts"),
};
}  // namespace

template <>
std::span<const Field<Script>> fields() {
  return script_fields;
}
template <>
std::span<const Field<Traffic>> fields() {
  return traffic_fields;
}
}  // namespace pgrehearse::scenario
