// `timetable`: when operations become due, where that is not at one rate throughout. Internal to this module.
#pragma once

#include "harness/scenario/sections.hpp"

namespace pgrehearse::scenario {

// Codec: a timetable, which may be left out.
struct GivenTimetable {
  using Value = Timetable;
  static constexpr std::string_view expected = Section<Timetable>::expected;
  static void read(const Node& node, Timetable& value, Context& context);
  static Node write(const Timetable& value);
  static void list(const std::string& path, std::vector<KnownKey>& keys) { Section<Timetable>::list(path, keys); }
};

// One moment a line, in ascending order or nearly so: seconds since some start (0.125), or ISO 8601 with date and time
// (2026-03-01T12:00:00.5Z; an offset such as +02:00 is understood, without one it is UTC). Blank lines and lines that
// begin with # are skipped. An error names the line.
base::Result<Trace> parse_trace(std::string_view text, const std::string& file);

}  // namespace pgrehearse::scenario
