// What the command line said, as typed. The command line itself is parsed elsewhere; here the words get the same
// meaning as the keys of a scenario file, and the same errors, with the flag as their place.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pgrehearse::scenario {

// Each member names the flag that it belongs to. Paths are relative to the working folder.
struct Flags {
  std::optional<std::string> variant;            // --variant NAME
  std::optional<std::string> name;               // --name NAME: of the scenario, for reports
  std::optional<std::string> migrations;         // --migrations FOLDER
  std::optional<std::string> format;             // --migration-format NAME
  std::optional<std::string> only;               // --only VERSION
  std::optional<std::string> last;               // --last N
  std::optional<std::string> up, down;           // --up FILE, --down FILE
  std::optional<std::string> transaction;        // --transaction SCOPE
  std::optional<std::string> lock_timeout;       // --lock-timeout DURATION: of the migration
  std::optional<std::string> statement_timeout;  // --statement-timeout DURATION: likewise
  std::optional<std::string> retries;            // --retries N
  std::optional<std::string> retry_wait;         // --retry-wait DURATION
  std::vector<std::string> schema;               // --schema FILE, several in order
  std::optional<std::string> shape;              // --shape FILE
  std::optional<std::string> scale;              // --scale FACTOR
  std::vector<std::string> rows;                 // --rows 100k, --rows users=1M, --rows "orders=10 per users"
  std::optional<std::string> seed;               // --seed N
  std::optional<std::string> aged;               // --aged SHARE
  std::optional<std::string> rate;               // --rate 500/s
  std::optional<std::string> traffic_scale;      // --traffic-scale FACTOR
  std::optional<std::string> clients;            // --clients N
  std::optional<std::string> loop;               // --loop open|closed
  std::optional<std::string> patience;           // --patience DURATION
  std::vector<std::string> scripts;              // --script FILE or FILE@WEIGHT; these replace the scenario's
  std::vector<std::string> passes;               // --pass NAME, several; these replace the scenario's
  std::optional<std::string> baseline, settle;   // --baseline DURATION, --settle DURATION
  std::vector<std::string> settings;             // --setting name=value
  std::optional<std::string> server;             // --server WHERE
  std::optional<std::string> postgres_version;   // --postgres-version MAJOR
  std::optional<std::string> postgres_bin;       // --postgres-bin FOLDER
  std::optional<std::string> image, engine;      // --image NAME, --engine PROGRAM
  std::optional<std::string> cpus, memory;       // --cpus N, --memory SIZE
  std::optional<std::string> settings_from;      // --settings-from URL|FILE
  std::optional<std::string> keep;               // --keep: "true" where it is given
  std::optional<std::string> cache;              // --cache FOLDER
  std::vector<std::string> gates;                // --gate max_stall=500ms, --gate error_rate=off
};

}  // namespace pgrehearse::scenario
