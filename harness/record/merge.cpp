#include "harness/record/merge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace pgrehearse::record {
namespace {

base::Errors mistakes(const std::vector<Part>& parts) {
  base::Errors errors;
  std::map<std::uint64_t, std::string> seen;
  const Manifest& first = parts.front().record.manifest;
  for (const Part& part : parts) {
    const Manifest& manifest = part.record.manifest;
    const auto mistake = [&](std::string message, std::string hint) {
      errors.push_back(base::usage_error(std::move(message), std::move(hint), {part.folder, 0, 0}));
    };
    if (manifest.kind != "load") {
      mistake("this is the record of a rehearsal", "folders of `pgrehearse load` can be merged");
      continue;
    }
    if (manifest.seed != first.seed || manifest.slice_of != first.slice_of) {
      mistake(fmt::format("this is a slice of another load than {}", parts.front().folder),
              "give every slice the same --random-seed, and --slice I/N with the same N");
      continue;
    }
    const auto [other, fresh] = seen.try_emplace(manifest.slice_number, part.folder);
    if (!fresh) {
      mistake(fmt::format("slice {}/{} stands in {} too", manifest.slice_number, manifest.slice_of, other->second),
              "name each slice once");
    }
  }
  return errors;
}

// All times that an event has; lengths stay.
void shift(Event& event, Duration by) {
  std::visit(
      [by](auto& e) {
        if constexpr (requires { e.at; }) e.at += by;
        if constexpr (requires { e.start; }) e.start += by;
        if constexpr (requires { e.began, e.ended; }) {
          e.began += by;
          e.ended += by;
        }
      },
      event);
}

void shift(Record& record, Duration by) {
  for (Event& event : record.events) shift(event, by);
  for (Window& window : record.windows) {
    window.start += by;
    window.end += by;
  }
}

bool is_mark(const Event& event) {
  return std::holds_alternative<PassStart>(event) || std::holds_alternative<PassEnd>(event) ||
         std::holds_alternative<PhaseStart>(event) || std::holds_alternative<PhaseEnd>(event);
}

Duration time_of_mark(const Event& event) {
  return std::visit(
      [](const auto& e) {
        if constexpr (requires { e.at; }) return e.at;
        return Duration{};
      },
      event);
}

// One mark of each kind: the earliest start, the latest end.
void add_mark(std::vector<Event>& marks, Event event) {
  const bool start = std::holds_alternative<PassStart>(event) || std::holds_alternative<PhaseStart>(event);
  for (Event& known : marks) {
    if (known.index() != event.index()) continue;
    if (start == (time_of_mark(event) < time_of_mark(known))) known = std::move(event);
    return;
  }
  marks.push_back(std::move(event));
}

// Windows by script and by their number since the start of the traffic.
class MergedWindows {
 public:
  void add(std::vector<Window> windows) {
    std::stable_sort(windows.begin(), windows.end(), [](auto& a, auto& b) { return a.start < b.start; });
    std::map<std::pair<std::string, std::string>, std::size_t> numbers;
    for (Window& window : windows) {
      const std::size_t number = numbers[{window.pass, window.script}]++;
      const auto [place, fresh] = merged_.try_emplace({number, window.pass, window.script}, window);
      if (!fresh) add(place->second, window);
    }
  }

  std::vector<Window> take() {
    std::vector<Window> windows;
    for (auto& [key, window] : merged_) windows.push_back(std::move(window));
    return windows;
  }

 private:
  static void add(Window& sum, const Window& window) {
    sum.start = std::min(sum.start, window.start);
    sum.end = std::max(sum.end, window.end);
    sum.tally.add(window.tally);
    sum.within.merge(window.within);
    sum.outlived.merge(window.outlived);
    sum.carried.merge(window.carried);
  }

  std::map<std::tuple<std::size_t, std::string, std::string>, Window> merged_;
};

std::optional<Notice> missing_slices(const std::vector<Part>& parts) {
  std::set<std::uint64_t> there;
  for (const Part& part : parts) there.insert(part.record.manifest.slice_number);
  const std::uint64_t of = parts.front().record.manifest.slice_of;
  std::vector<std::string> missing;
  for (std::uint64_t number = 1; number <= of; ++number) {
    if (!there.contains(number)) missing.push_back(fmt::format("{}/{}", number, of));
  }
  if (missing.empty()) return {};
  return Notice{{}, fmt::format("these numbers lack the slices {}", fmt::join(missing, ", "))};
}

}  // namespace

base::Result<Record> merge(std::vector<Part> parts) {
  PGR_CHECK(!parts.empty());
  if (auto errors = mistakes(parts); !errors.empty()) return errors;
  Record merged;
  merged.manifest = parts.front().record.manifest;
  merged.manifest.slice_number = merged.manifest.slice_of = 1;
  std::vector<Event> marks, events;
  MergedWindows windows;
  std::set<std::string> told;
  for (Part& part : parts) {
    Record& record = part.record;
    const Manifest& manifest = record.manifest;
    merged.manifest.interrupted |= manifest.interrupted;
    shift(record, base::from_ms((manifest.wall_start_s - merged.manifest.wall_start_s) * 1e3));
    for (Event& event : record.events) {
      const auto* notice = std::get_if<Notice>(&event);
      if (notice && !told.insert(notice->text).second) continue;
      if (is_mark(event)) {
        add_mark(marks, std::move(event));
      } else {
        events.push_back(std::move(event));
      }
    }
    windows.add(std::move(record.windows));
    for (const std::string& defect : record.defects) merged.defects.push_back(part.folder + ": " + defect);
  }
  merged.windows = windows.take();
  merged.events = std::move(marks);
  merged.events.insert(merged.events.end(), std::make_move_iterator(events.begin()),
                       std::make_move_iterator(events.end()));
  if (auto missing = missing_slices(parts)) merged.events.push_back(std::move(*missing));
  return merged;
}

}  // namespace pgrehearse::record
