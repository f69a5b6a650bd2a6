#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/app/diagnosis.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::ordered_json;

double ms(base::Duration duration) { return std::round(static_cast<double>(duration.count()) / 1e3) / 1e3; }

Json servers_json(const Diagnosis& diagnosis) {
  Json list = Json::array();
  for (const auto& binaries : diagnosis.binaries) {
    list.push_back({{"version", binaries.version},
                    {"major", binaries.major},
                    {"folder", binaries.folder},
                    {"usable", binaries.major >= provision::oldest_supported_major}});
  }
  return list;
}

Json engines_json(const Diagnosis& diagnosis) {
  Json list = Json::array();
  for (const auto& engine : diagnosis.engines) {
    list.push_back({{"name", engine.name},
                    {"program", engine.program},
                    {"version", engine.version},
                    {"endpoint", engine.endpoint},
                    {"usable", engine.usable()},
                    {"trouble", engine.trouble}});
  }
  return list;
}

Json disk_json(const Disk& disk) {
  Json json = {{"folder", disk.folder},
               {"file_system", disk.file_system},
               {"writable", disk.writable},
               {"free_bytes", disk.free_bytes}};
  if (disk.need) json["needed_bytes"] = disk.need->bytes;
  if (disk.need) json["rows"] = disk.need->rows;
  return json;
}

Json machine_json(const Diagnosis& diagnosis) {
  return {{"processor", diagnosis.machine.processor},
          {"system", diagnosis.machine.system},
          {"cores", diagnosis.machine.cores},
          {"usable_cpus", diagnosis.usable_cpus},
          {"memory_bytes", diagnosis.machine.memory_bytes},
          {"usable_memory_bytes", diagnosis.usable_memory_bytes}};
}

Json clock_json(const ClockFacts& clock) {
  return {{"source", clock.source},
          {"resolution_ns", clock.resolution.count()},
          {"late_ms", {{"p50", ms(clock.late_median)}, {"p99", ms(clock.late_p99)}}}};
}

Json remainders_json(const std::vector<Remainder>& remainders) {
  Json list = Json::array();
  for (const Remainder& one : remainders) list.push_back({{"name", one.name}, {"whose", one.whose}});
  return list;
}

}  // namespace

std::string doctor_json(const Diagnosis& diagnosis) {
  const auto found = obstacles(diagnosis);
  Json lacking = Json::array();
  for (const Missing& one : missing(diagnosis)) {
    lacking.push_back({{"what", one.what}, {"command", one.command}, {"required", one.required}});
  }
  Json json = {{"format", "pgrehearse-doctor/1"},
               {"ready", found.empty()},
               {"obstacles", found},
               {"servers", servers_json(diagnosis)},
               {"engines", engines_json(diagnosis)},
               {"user_trouble", diagnosis.user_trouble},
               {"machine", machine_json(diagnosis)},
               {"disk", disk_json(diagnosis.disk)},
               {"clock", clock_json(diagnosis.clock)},
               {"leftovers", remainders_json(diagnosis.leftovers)},
               {"kept", remainders_json(diagnosis.kept)},
               {"removed", diagnosis.removed},
               {"failures", diagnosis.failures},
               {"missing", lacking}};
  if (diagnosis.cache) {
    json["cache"] = {
        {"folder", diagnosis.cache->folder}, {"entries", diagnosis.cache->entries}, {"bytes", diagnosis.cache->bytes}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgrehearse::app
