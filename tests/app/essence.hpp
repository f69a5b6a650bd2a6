// Of a summary, what must not depend on where the server runs or which PostgreSQL it is; durations do.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace pgrehearse::app {

inline nlohmann::json essence(const nlohmann::json& summary) {
  using Json = nlohmann::json;
  Json essence{{"verdict", summary["verdict"]}};
  for (const Json& gate : summary["gates"]) essence["gates"].push_back({gate["id"], gate["outcome"]});
  for (const Json& table : summary["tables"]) essence["tables"].push_back({table["name"], table["rows"]});
  for (const Json& pass : summary["passes"]) {
    Json& seen = essence["passes"][pass["name"].get<std::string>()];
    seen["cycle"] = pass.value("cycle", Json());
    for (const Json& statement : pass["statements"]) {
      Json locks = Json::array();
      for (const Json& lock : statement["locks"]) locks.push_back({lock["relation"], lock["mode"]});
      seen["statements"].push_back({statement["phase"], statement["sql"], statement["sqlstate"], statement["rewrites"],
                                    statement["scans"], locks});
    }
  }
  return essence;
}

}  // namespace pgrehearse::app
