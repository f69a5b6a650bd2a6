#include "harness/scenario/values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include "harness/base/nearest.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::scenario {
namespace {

template <class T, class Parse>
void read_unit(const Node& node, T& value, Context& context, std::string_view expected, Parse parse) {
  const std::string* text = text_of(node, context, expected);
  if (!text) return;
  const auto parsed = parse(*text);
  if (!parsed) return context.add(parsed.errors().front(), node.place);
  value = *parsed;
}

// The shortest text without an exponent that reads back as the same number.
std::string decimal(double number) {
  char buffer[400];
  const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
  PGR_CHECK(problem == std::errc{});
  return {buffer, end};
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return {};
  return number;
}

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::nothing:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a set of keys";
  }
  return {};
}

// "10 per users", or "1M".
std::optional<base::Result<RowCount>> ratio(const std::string& text) {
  const auto per = text.find(" per ");
  if (per == std::string::npos) return {};
  const auto number = number_of(std::string_view(text).substr(0, per));
  const std::string table = text.substr(per + 5);
  if (!number || *number <= 0 || table.empty() || table.find(' ') != std::string::npos) {
    return base::usage_error(fmt::format("'{}' is not a ratio", text), "write it like '10 per users'");
  }
  return RowCount{*number, table};
}

}  // namespace

void Context::add(std::string message, const base::Place& place, std::string hint) {
  const std::string at = path();
  errors_.push_back(base::usage_error(at.empty() ? std::move(message) : at + ": " + message, std::move(hint), place));
}

std::string Context::path() const { return fmt::format("{}", fmt::join(path_, ".")); }

const std::string* text_of(const Node& node, Context& context, std::string_view expected) {
  if (node.kind == Node::Kind::scalar && !node.text.empty()) return &node.text;
  const auto found = node.kind == Node::Kind::scalar ? "empty text" : describe(node.kind);
  context.add(fmt::format("expected {}, found {}", expected, found), node.place);
  return nullptr;
}

bool is_map(const Node& node, Context& context, std::string_view expected) {
  if (node.kind == Node::Kind::map) return true;
  context.add(fmt::format("expected {}, found {}", expected, describe(node.kind)), node.place);
  return false;
}

void Text::read(const Node& node, std::string& value, Context& context) {
  if (const std::string* text = text_of(node, context, expected)) value = *text;
}
Node Text::write(const std::string& value) { return value.empty() ? Node{} : scalar(value); }

void Datum::read(const Node& node, std::string& value, Context& context) {
  if (node.kind == Node::Kind::scalar) {
    value = node.text;
  } else {
    context.add(fmt::format("expected {}, found {}", expected, describe(node.kind)), node.place);
  }
}

void Time::read(const Node& node, Duration& value, Context& context) {
  read_unit(node, value, context, expected, base::parse_duration);
}
Node Time::write(const Duration& value) {
  const auto ns = value.count();
  if (ns % 1'000'000'000 == 0) return scalar(fmt::format("{}s", ns / 1'000'000'000));
  if (ns % 1'000'000 == 0) return scalar(fmt::format("{}ms", ns / 1'000'000));
  return scalar(fmt::format("{}ns", ns));
}

void Span::read(const Node& node, Duration& value, Context& context) {
  Duration read{-1};
  read_unit(node, read, context, expected, base::parse_duration);
  if (read == Duration::zero()) context.add("must be longer than zero", node.place);
  if (read > Duration::zero()) value = read;
}

void Count::read(const Node& node, std::uint64_t& value, Context& context) {
  read_unit(node, value, context, expected, base::parse_count);
}
Node Count::write(const std::uint64_t& value) { return literal(std::to_string(value)); }

void Bytes::read(const Node& node, std::uint64_t& value, Context& context) {
  read_unit(node, value, context, expected, base::parse_bytes);
}
Node Bytes::write(const std::uint64_t& value) { return scalar(std::to_string(value / 1024) + "kB"); }

void Rows::read(const Node& node, Value& value, Context& context) {
  read_unit(node, value, context, expected, [](const std::string& text) -> base::Result<RowCount> {
    if (auto parsed = ratio(text)) return *parsed;
    const auto count = base::parse_count(text);
    if (!count) return base::usage_error(count.errors()[0].message, "write it like 1M, or like '10 per users'");
    return RowCount{static_cast<double>(*count), {}};
  });
}
Node Rows::write(const Value& value) {
  if (!value) return {};
  if (value->per_table.empty()) return literal(decimal(value->number));
  return scalar(decimal(value->number) + " per " + value->per_table);
}

void Rate::read(const Node& node, double& value, Context& context) {
  read_unit(node, value, context, expected, base::parse_rate);
}
Node Rate::write(const double& value) { return scalar(decimal(value) + "/s"); }

void Share::read(const Node& node, double& value, Context& context) {
  read_unit(node, value, context, expected, [](const std::string& text) -> base::Result<double> {
    auto share = base::parse_fraction(text);
    if (share && *share > 1) return base::usage_error(fmt::format("'{}' is more than all", text));
    return share;
  });
}
Node Share::write(const double& value) { return literal(decimal(value)); }

void DeadShare::read(const Node& node, double& value, Context& context) {
  read_unit(node, value, context, expected, [](const std::string& text) -> base::Result<double> {
    auto share = base::parse_fraction(text);
    if (share && *share > 0.5) {
      return base::usage_error(
          fmt::format("'{}' is more than 50%", text),
          "at 50% every row has been updated once; more than one round of updates leaves is bloat");
    }
    return share;
  });
}

void Weight::read(const Node& node, double& value, Context& context) {
  const std::string* text = text_of(node, context, expected);
  if (!text) return;
  const auto number = number_of(*text);
  if (!number || *number <= 0) {
    return context.add(fmt::format("expected {}, found '{}'", expected, *text), node.place,
                       "weights are shares of the total; leave out what should not happen");
  }
  value = *number;
}
Node Weight::write(const double& value) { return literal(decimal(value)); }

void Factor::read(const Node& node, double& value, Context& context) {
  const std::string* text = text_of(node, context, expected);
  if (!text) return;
  const auto number = number_of(*text);
  if (!number || *number <= 0) return context.add(fmt::format("expected {}, found '{}'", expected, *text), node.place);
  value = *number;
}

void Number::read(const Node& node, double& value, Context& context) {
  const std::string* text = text_of(node, context, expected);
  if (!text) return;
  const auto number = number_of(*text);
  if (!number) return context.add(fmt::format("expected {}, found '{}'", expected, *text), node.place);
  value = *number;
}
Node Number::write(const double& value) { return literal(decimal(value)); }

void Switch::read(const Node& node, bool& value, Context& context) {
  const std::string* text = text_of(node, context, expected);
  if (!text) return;
  if (*text != "true" && *text != "false" && *text != "off") {
    return context.add(fmt::format("expected {}, found '{}'", expected, *text), node.place);
  }
  value = *text == "true";
}
Node Switch::write(const bool& value) { return literal(value ? "true" : "false"); }

bool read_whole(const Node& node, int& value, int minimum, int maximum, Context& context, std::string_view expected) {
  const std::string* text = text_of(node, context, expected);
  if (!text) return false;
  int number = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (problem != std::errc{} || end != text->data() + text->size() || number < minimum || number > maximum) {
    context.add(fmt::format("expected {} from {} to {}, found '{}'", expected, minimum, maximum, *text), node.place);
    return false;
  }
  value = number;
  return true;
}
Node write_whole(int value) { return literal(std::to_string(value)); }

std::string suggestion(std::string_view word, const std::vector<std::string>& known, std::string_view label) {
  std::string near = base::did_you_mean(word, known);
  if (!near.empty() || known.empty()) return near;
  return fmt::format("{}: {}", label, fmt::join(known, ", "));
}

void report_unknown_word(const Node& node, const std::vector<std::string>& words, Context& context) {
  context.add(fmt::format("expected one of {}, found '{}'", fmt::join(words, ", "), node.text), node.place,
              base::did_you_mean(node.text, words));
}

}  // namespace pgrehearse::scenario
