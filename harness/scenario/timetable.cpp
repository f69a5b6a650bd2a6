#include "harness/scenario/timetable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/base/files.hpp"

namespace pgrehearse::scenario {
namespace {

// A rate that may be none for a while.
struct RateOrNone {
  static constexpr std::string_view expected = "a rate such as 500/s, or 0";
  static void read(const Node& node, double& value, Context& context) {
    if (node.kind == Node::Kind::scalar && (node.text == "0" || node.text == "0/s")) {
      value = 0;
    } else {
      Rate::read(node, value, context);
    }
  }
};

Node write_if(bool wanted, double rate) { return wanted ? Rate::write(rate) : Node{}; }

const std::array rate_piece_fields{
    Field<RatePiece>{
        "rate", RateOrNone::expected,
        [](const Node& node, RatePiece& piece, Context& context) {
          RateOrNone::read(node, piece.from_per_s, context);
          piece.to_per_s = piece.from_per_s;
        },
        [](const RatePiece& piece) { return write_if(piece.from_per_s == piece.to_per_s, piece.to_per_s); }, nullptr},
    Field<RatePiece>{
        "from", RateOrNone::expected,
        [](const Node& node, RatePiece& piece, Context& context) { RateOrNone::read(node, piece.from_per_s, context); },
        [](const RatePiece& piece) { return write_if(piece.from_per_s != piece.to_per_s, piece.from_per_s); }, nullptr},
    Field<RatePiece>{
        "to", RateOrNone::expected,
        [](const Node& node, RatePiece& piece, Context& context) { RateOrNone::read(node, piece.to_per_s, context); },
        [](const RatePiece& piece) { return write_if(piece.from_per_s != piece.to_per_s, piece.to_per_s); }, nullptr},
    field<RatePiece, Span, &RatePiece::length>("for"),
};

void check_piece(const Node& node, Context& context) {
  if (node.kind != Node::Kind::map) return;
  if (!node.find("for")) context.add("a piece needs its length", node.place, "give it 'for', as in 30s");
  const bool ramp = node.find("from") && node.find("to"), half = node.find("from") || node.find("to");
  if (node.find("rate") ? half : !ramp) {
    context.add("a piece needs either 'rate', or 'from' and 'to'", node.place,
                "write {rate: 100/s, for: 30s} or {from: 100/s, to: 500/s, for: 30s}");
  }
}

struct Piece {
  using Value = RatePiece;
  static constexpr std::string_view expected = "pieces such as {rate: 100/s, for: 30s}";
  static void read(const Node& node, RatePiece& piece, Context& context) {
    Section<RatePiece>::read(node, piece, context);
    check_piece(node, context);
  }
  static Node write(const RatePiece& piece) { return Section<RatePiece>::write(piece); }
};

void read_trace(const Node& node, std::shared_ptr<const Trace>& value, Context& context) {
  Trace trace;
  const std::size_t before = context.mistakes();
  File::read(node, trace.file, context);
  if (context.mistakes() > before) return;
  if (!context.stored()) {
    const auto text = base::read_file(trace.file);
    if (!text) return context.add(fmt::format("cannot read '{}': {}", node.text, std::strerror(errno)), node.place);
    auto read = parse_trace(*text, trace.file);
    if (!read) return context.add(read.errors().front(), read.errors().front().place);
    trace = std::move(*read);
  }
  value = std::make_shared<const Trace>(std::move(trace));
}

struct TraceFile {
  static constexpr std::string_view expected = "the path of a file with timestamps";
  static void read(const Node& node, std::shared_ptr<const Trace>& value, Context& context) {
    read_trace(node, value, context);
  }
  static Node write(const std::shared_ptr<const Trace>& value) { return value ? Text::write(value->file) : Node{}; }
};

constexpr std::array timetable_fields{
    field<Timetable, List<Piece>, &Timetable::rates>("rates"),
    field<Timetable, Switch, &Timetable::repeat>("repeat"),
    field<Timetable, TraceFile, &Timetable::trace>("trace"),
    field<Timetable, Time, &Timetable::skip>("skip"),
};

bool sends_nothing(const Timetable& timetable) {
  return std::all_of(timetable.rates.begin(), timetable.rates.end(),
                     [](const RatePiece& piece) { return piece.from_per_s == 0 && piece.to_per_s == 0; });
}

}  // namespace

template <>
std::span<const Field<RatePiece>> fields() {
  return rate_piece_fields;
}
template <>
std::span<const Field<Timetable>> fields() {
  return timetable_fields;
}

void GivenTimetable::read(const Node& node, Timetable& value, Context& context) {
  const std::size_t before = context.mistakes();
  Section<Timetable>::read(node, value, context);
  if (context.mistakes() > before) return;
  const Node* trace = node.find("trace");
  if (!trace == !node.find("rates")) {
    return context.add("a timetable has either 'rates' or a 'trace'", node.place,
                       "write rates: [{from: 0/s, to: 500/s, for: 1m}], or trace: FILE");
  }
  if (trace && node.find("repeat") && !context.stored()) {
    context.add("a trace starts over in any case", node.find("repeat")->place, "remove 'repeat'");
  }
  if (!trace && sends_nothing(value)) context.add("all rates are zero", node.find("rates")->place);
}

Node GivenTimetable::write(const Timetable& value) { return value.empty() ? Node{} : Section<Timetable>::write(value); }

}  // namespace pgrehearse::scenario
