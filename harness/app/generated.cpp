#include "harness/app/generated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/units.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::ordered_json;

std::string table_line(const populate::FilledTable& table, std::size_t name_width) {
  const std::string size = table.bytes == 0 ? "" : base::format_bytes(table.bytes);
  return fmt::format("  {:<{}}  {:>13} rows  {:>8}  {:>8}{}{}\n", table.name, name_width,
                     base::format_count(table.rows), size, base::format_duration(table.duration),
                     table.note.empty() ? "" : "  ", table.note);
}

std::string state(const Generated& generated) {
  if (!generated.slice) return "";
  const auto& [number, of] = *generated.slice;
  if (generated.finished)
    return fmt::format("Slice {}/{} was the last: all rows, indexes and statistics stand.\n", number, of);
  return fmt::format("Slice {}/{} is loaded; {} of {} stand. The last one builds the indexes.\n", number, of,
                     generated.slices_done, of);
}

}  // namespace

std::string generated_text(const Generated& generated) {
  std::size_t width = 0;
  for (const auto& table : generated.tables) width = std::max(width, table.name.size());
  std::string text;
  for (const auto& table : generated.tables) text += table_line(table, width);
  for (const auto& print : generated.fingerprints) {
    text += fmt::format("  {:<{}}  checksum {}\n", print.table, width, print.checksum);
  }
  if (generated.fidelity) text += "\n" + profile::fidelity_text(*generated.fidelity) + "\n";
  for (const std::string& notice : generated.notices) text += fmt::format("  • {}\n", notice);
  return text + state(generated);
}

std::string generated_json(const Generated& generated) {
  Json json = {{"format", "pgrehearse-generate/1"}, {"finished", generated.finished}};
  if (generated.slice) {
    json["slice"] = {{"number", generated.slice->number}, {"of", generated.slice->of}, {"done", generated.slices_done}};
  }
  json["tables"] = Json::array();
  for (const auto& table : generated.tables) {
    json["tables"].push_back({{"name", table.name},
                              {"rows", table.rows},
                              {"bytes", table.bytes},
                              {"generate_ms", base::to_ms(table.duration)},
                              {"note", table.note}});
  }
  if (!generated.fingerprints.empty()) {
    json["checksums"] = Json::object();
    for (const auto& print : generated.fingerprints) json["checksums"][print.table] = print.checksum;
  }
  if (generated.fidelity) json["fidelity"] = Json::parse(profile::fidelity_json(*generated.fidelity));
  json["notices"] = generated.notices;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgrehearse::app
