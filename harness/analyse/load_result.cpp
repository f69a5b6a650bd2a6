#include "harness/analyse/load_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

// An operation is once in `within` or in `outlived` of its own window; `carried` would count it twice.
void add(ScriptLoad& script, const record::Window& window) {
  script.tally.add(window.tally);
  script.latency.merge(window.within);
  script.latency.merge(window.outlived);
}

void add(LoadResult& result, const record::Delivery& delivery) {
  result.began = result.machines == 0 ? delivery.began : std::min(result.began, delivery.began);
  result.ended = std::max(result.ended, delivery.ended);
  result.send_lag.merge(delivery.send_lag);
  result.longest_queue = std::max(result.longest_queue, delivery.longest_queue);
  result.client_cpu_s += delivery.cpu_s;
  ++result.machines;
}

void add_gaps(LoadResult& result, const std::vector<const record::Gap*>& gaps) {
  if (gaps.empty()) return;
  Duration longest{};
  for (const record::Gap* gap : gaps) longest = std::max(longest, gap->duration);
  result.doubts.push_back(fmt::format("the plan was not kept {} time{}, by up to {}: {}", gaps.size(),
                                      gaps.size() == 1 ? "" : "s", base::format_duration(longest),
                                      gaps.front()->reason));
}

}  // namespace

double LoadResult::tps() const {
  const double seconds = base::to_seconds(ended - began);
  return seconds > 0 ? static_cast<double>(tally.ok) / seconds : 0;
}

LoadResult load_result(const record::Record& record) {
  LoadResult result;
  result.interrupted = record.manifest.interrupted;
  std::map<std::string, ScriptLoad> scripts;
  for (const record::Window& window : record.windows) {
    ScriptLoad& script = scripts.try_emplace(window.script, ScriptLoad{window.script, {}, {}}).first->second;
    add(script, window);
  }
  for (auto& [name, script] : scripts) {
    result.tally.add(script.tally);
    result.latency.merge(script.latency);
    result.scripts.push_back(std::move(script));
  }
  std::vector<const record::Gap*> gaps;
  for (const record::Event& event : record.events) {
    if (const auto* delivery = std::get_if<record::Delivery>(&event)) add(result, *delivery);
    if (const auto* gap = std::get_if<record::Gap>(&event)) gaps.push_back(gap);
    if (const auto* notice = std::get_if<record::Notice>(&event)) result.notices.push_back(notice->text);
  }
  add_gaps(result, gaps);
  if (result.interrupted) result.doubts.push_back("it was interrupted");
  if (result.machines == 0) result.doubts.push_back("the traffic did not end in order: its last windows are missing");
  for (const std::string& defect : record.defects) result.doubts.push_back(defect);
  return result;
}

}  // namespace pgrehearse::analyse
