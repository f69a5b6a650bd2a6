#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/json.hpp"

namespace pgrehearse::reports {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value) { return std::round(value * 1e3) / 1e3; }

Json range_json(const std::optional<analyse::Range>& range) {
  if (!range) return nullptr;
  return {{"low", rounded(range->low)}, {"central", rounded(range->central)}, {"high", rounded(range->high)}};
}

Json number_json(const std::optional<double>& number) { return number ? Json(std::round(*number)) : Json(nullptr); }

Json statement_json(const analyse::StatementEstimate& statement) {
  return {{"phase", statement.phase},
          {"file", statement.file},
          {"line", statement.line},
          {"sql", statement.sql},
          {"duration_ms", range_json(statement.duration_ms)},
          {"held_ms", range_json(statement.held_ms)},
          {"wal_bytes", number_json(statement.wal_bytes)},
          {"refusals", statement.refusals},
          {"notes", statement.notes}};
}

}  // namespace

std::string estimate_json(const analyse::Estimate& estimate) {
  Json statements = Json::array();
  for (const auto& statement : estimate.statements) statements.push_back(statement_json(statement));
  const Json json = {{"format", "pgrehearse-estimate/1"},
                     {"target_rows", estimate.target_rows},
                     {"rehearsed_rows", estimate.sizes},
                     {"up_ms", range_json(estimate.up_ms)},
                     {"down_ms", range_json(estimate.down_ms)},
                     {"held_ms", range_json(estimate.held_ms)},
                     {"wal_bytes", number_json(estimate.wal_bytes)},
                     {"disk_bytes", number_json(estimate.disk_bytes)},
                     {"statements", statements},
                     {"refusals", estimate.refusals},
                     {"notes", estimate.notes}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgrehearse::reports
