#include "harness/load/script_sources.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>

namespace pgrehearse::load {
namespace {

constexpr std::string_view tpcb_like = R"(\set aid random(1, 100000 * :scale)
\set bid random(1, 1 * :scale)
\set tid random(1, 10 * :scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;
)";

constexpr std::string_view simple_update = R"(\set aid random(1, 100000 * :scale)
\set bid random(1, 1 * :scale)
\set tid random(1, 10 * :scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;
)";

constexpr std::string_view select_only = R"(\set aid random(1, 100000 * :scale)
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
)";

struct Weighted {
  std::string_view name;
  double weight = 1;
};

// pgbench takes what stands behind the last @ for the weight.
base::Result<Weighted> split_weight(std::string_view option) {
  const auto at = option.rfind('@');
  if (at == std::string_view::npos) return Weighted{option, 1};
  const std::string_view text = option.substr(at + 1);
  std::int64_t weight = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size() && weight >= 0 &&
      weight <= std::numeric_limits<std::int32_t>::max()) {
    return Weighted{option.substr(0, at), static_cast<double>(weight)};
  }
  return base::usage_error(fmt::format("invalid weight specification: @{}", text),
                           "a whole number follows the @, as in select-only@3");
}

std::string names() {
  std::string list;
  for (const BuiltinScript& script : builtin_scripts()) list += (list.empty() ? "" : ", ") + std::string(script.name);
  return list;
}

scenario::Script script(std::string name, std::string text, std::string source, double weight) {
  scenario::Script script;
  script.name = std::move(name);
  script.text = std::move(text);
  script.source = std::move(source);
  script.weight = weight;
  return script;
}

std::string read_all(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

}  // namespace

const std::vector<BuiltinScript>& builtin_scripts() {
  static const std::vector<BuiltinScript> scripts{{"tpcb-like", "TPC-B (sort of)", tpcb_like},
                                                  {"simple-update", "simple update", simple_update},
                                                  {"select-only", "select only", select_only}};
  return scripts;
}

base::Result<scenario::Script> builtin_script(std::string_view option) {
  const auto weighted = split_weight(option);
  if (!weighted) return weighted.errors();
  const BuiltinScript* found = nullptr;
  for (const BuiltinScript& candidate : builtin_scripts()) {
    if (!candidate.name.starts_with(weighted->name)) continue;
    if (found) {
      return base::usage_error(fmt::format("ambiguous builtin name: several begin with \"{}\"", weighted->name),
                               "there are " + names());
    }
    found = &candidate;
  }
  if (!found) {
    return base::usage_error(fmt::format("no builtin script found for name \"{}\"", weighted->name),
                             "there are " + names());
  }
  return script(std::string(found->name), std::string(found->text), fmt::format("<builtin: {}>", found->name),
                weighted->weight);
}

base::Result<scenario::Script> script_file(std::string_view option) {
  const auto weighted = split_weight(option);
  if (!weighted) return weighted.errors();
  const std::string path(weighted->name);
  if (path == "-") return script("stdin", read_all(std::cin), "-", weighted->weight);
  std::ifstream file(path);
  std::string text = file ? read_all(file) : "";
  if (!file || file.bad()) {
    return base::usage_error(fmt::format("the script file '{}' cannot be read", path),
                             "-f takes a path, or - for stdin");
  }
  return script(std::filesystem::path(path).stem().string(), std::move(text), path, weighted->weight);
}

}  // namespace pgrehearse::load
