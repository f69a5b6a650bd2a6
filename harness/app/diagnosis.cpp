#include "harness/app/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include "harness/base/units.hpp"

namespace pgrehearse::app {
namespace {

constexpr std::uint64_t least_free_bytes = 512ull << 20;  // an empty cluster, its WAL and a run folder
constexpr std::uint64_t bytes_per_row = 150;              // with its index; as pgbench_accounts measures
constexpr std::uint64_t copies = 3;                       // see DiskNeed

bool has_binaries(const Diagnosis& diagnosis) {
  return std::any_of(diagnosis.binaries.begin(), diagnosis.binaries.end(),
                     [](const auto& found) { return found.major >= provision::oldest_supported_major; });
}

bool has_engine(const Diagnosis& diagnosis) {
  return std::any_of(diagnosis.engines.begin(), diagnosis.engines.end(),
                     [](const auto& engine) { return engine.usable(); });
}

std::optional<std::string> server_obstacle(const Diagnosis& diagnosis) {
  if (has_engine(diagnosis)) return {};
  if (!has_binaries(diagnosis)) {
    return fmt::format("no PostgreSQL server program ({} or newer), and no container engine that answers",
                       provision::oldest_supported_major);
  }
  if (!diagnosis.user_trouble.empty()) return diagnosis.user_trouble;
  return {};
}

std::optional<std::string> disk_obstacle(const Disk& disk) {
  if (!disk.writable) return fmt::format("{} cannot be written", disk.folder);
  const std::uint64_t needed = std::max(least_free_bytes, disk.need ? disk.need->bytes : 0);
  if (disk.free_bytes >= needed) return {};
  return fmt::format("{} has {} free, and about {} are needed: name another folder with TMPDIR", disk.folder,
                     base::format_bytes(disk.free_bytes), base::format_bytes(needed));
}

std::string install(const Diagnosis& diagnosis, const char* debian, const char* elsewhere) {
  return diagnosis.has_apt ? fmt::format("apt-get install {}", debian) : elsewhere;
}

// Absolute, or over the tables that others are counted per; a circle was refused when the scenario was read.
double rows_of(const std::vector<scenario::Table>& tables, const scenario::Table& table, double default_rows) {
  if (!table.rows) return default_rows;
  if (table.rows->per_table.empty()) return table.rows->number;
  for (const scenario::Table& other : tables) {
    if (other.name == table.rows->per_table) return table.rows->number * rows_of(tables, other, default_rows);
  }
  return table.rows->number * default_rows;
}

}  // namespace

std::vector<std::string> obstacles(const Diagnosis& diagnosis) {
  std::vector<std::string> found;
  for (const auto& obstacle : {server_obstacle(diagnosis), disk_obstacle(diagnosis.disk)}) {
    if (obstacle) found.push_back(*obstacle);
  }
  return found;
}

std::vector<Missing> missing(const Diagnosis& diagnosis) {
  std::vector<Missing> found;
  const bool engine = has_engine(diagnosis), binaries = has_binaries(diagnosis);
  if (!binaries) {
    found.push_back({"PostgreSQL's server programs (its own cluster need not run)",
                     install(diagnosis, "postgresql", "the package postgresql-server or postgresql"), !engine});
  }
  const bool installed = std::any_of(diagnosis.engines.begin(), diagnosis.engines.end(),
                                     [](const auto& found_engine) { return !found_engine.program.empty(); });
  if (!engine && !installed) {
    found.push_back({"a container engine (only for --server container)",
                     install(diagnosis, "docker.io", "the package docker or podman"), false});
  }
  return found;
}

DiskNeed disk_need(const scenario::Scenario& scenario, std::uint64_t tables) {
  const auto default_rows = static_cast<double>(scenario.data.default_rows);
  double rows = 0;
  for (const scenario::Table& table : scenario.data.tables) {
    rows += rows_of(scenario.data.tables, table, default_rows);
  }
  std::uint64_t named = scenario.data.tables.size();
  for (const auto& observed : scenario.data.statistics) {
    const bool asked = std::any_of(scenario.data.tables.begin(), scenario.data.tables.end(), [&](const auto& table) {
      return table.name == observed.name || table.name == observed.schema + "." + observed.name;
    });
    if (asked) continue;
    rows += static_cast<double>(observed.rows) * scenario.data.scale;
    ++named;
  }
  if (tables > named) rows += static_cast<double>(tables - named) * default_rows;
  const auto whole = static_cast<std::uint64_t>(rows);
  return {whole, least_free_bytes + copies * bytes_per_row * whole};
}

std::uint64_t count_tables(std::string_view sql) {
  std::string words;  // lower case, one blank between two
  for (const char c : sql) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (space && (words.empty() || words.back() == ' ')) continue;
    words += space ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  std::uint64_t count = 0;
  for (const std::string_view head : {"create table ", "create unlogged table "}) {
    for (auto at = words.find(head); at != std::string::npos; at = words.find(head, at + 1)) ++count;
  }
  return count;
}

std::optional<double> cpu_limit_of(std::string_view cpu_max) {
  double quota = 0, period = 0;
  const auto space = cpu_max.find(' ');
  if (space == std::string_view::npos) return {};
  const auto number = [](std::string_view text, double& value) {
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
  };
  if (!number(cpu_max.substr(0, space), quota) || !number(cpu_max.substr(space + 1), period) || period <= 0) return {};
  return quota / period;
}

}  // namespace pgrehearse::app
