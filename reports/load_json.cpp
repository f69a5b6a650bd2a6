#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/load_report.hpp"

namespace pgrehearse::reports {
namespace {

using base::Duration;
using Json = nlohmann::ordered_json;

double ms(Duration duration) { return std::round(static_cast<double>(duration.count()) / 1e3) / 1e3; }

Json distribution(const record::Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  return {{"p50", ms(histogram.at(0.5))},  {"p90", ms(histogram.at(0.9))},    {"p95", ms(histogram.at(0.95))},
          {"p99", ms(histogram.at(0.99))}, {"p999", ms(histogram.at(0.999))}, {"max", ms(histogram.max())},
          {"mean", ms(histogram.mean())}};
}

void add_counts(Json& json, const record::Tally& tally, const record::Latency& latency) {
  Json errors = Json::array();
  for (const auto& [code, count] : tally.errors) errors.push_back({{"sqlstate", code}, {"count", count}});
  json["due"] = tally.due;
  json["sent"] = tally.sent;
  json["ok"] = tally.ok;
  json["failed"] = tally.failed;
  json["shed"] = tally.shed;
  json["in_flight"] = tally.in_flight;
  json["retried"] = tally.retried;
  json["retries"] = tally.retries;
  json["reconnects"] = tally.reconnects;
  json["errors"] = std::move(errors);
  json["response_ms"] = distribution(latency.response);
  json["service_ms"] = distribution(latency.service);
}

}  // namespace

std::string load_json(const analyse::LoadResult& result) {
  Json json = {{"format", "pgrehearse-load/1"},
               {"tps", std::round(result.tps() * 1e3) / 1e3},
               {"duration_ms", ms(result.ended - result.began)},
               {"machines", result.machines},
               {"interrupted", result.interrupted},
               {"client_cpu_s", result.client_cpu_s},
               {"longest_queue", result.longest_queue},
               {"send_lag_ms", distribution(result.send_lag)}};
  add_counts(json, result.tally, result.latency);
  json["scripts"] = Json::array();
  for (const analyse::ScriptLoad& script : result.scripts) {
    Json one = {{"name", script.name}};
    add_counts(one, script.tally, script.latency);
    json["scripts"].push_back(std::move(one));
  }
  json["doubts"] = result.doubts;
  json["notices"] = result.notices;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgrehearse::reports
