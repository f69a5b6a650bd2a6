// manifest.json: what was run, where, with what. Written when the run starts, and once more when it has ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"

namespace pgrehearse::record {

struct ServerFacts {
  std::string version;                          // "15.18"
  std::string provider;                         // local | container | existing
  std::map<std::string, std::string> settings;  // those that bias timing, as SHOW prints them
  std::string locale;                           // of the database: "C.UTF-8 (libc)"
  std::string storage;                          // file system of the data directory, where known
};

struct MachineFacts {
  std::string name, system, processor;
  int cores = 0;
  std::uint64_t memory_bytes = 0;
};

struct Manifest {
  static constexpr const char* current_format = "pgrehearse-run/1";
  std::string format = current_format;
  // "rehearsal"; "load": traffic alone, in one pass "load" with one phase "load" (docs/load.md).
  std::string kind = "rehearsal";
  std::uint64_t slice_number = 1, slice_of = 1;  // of a load: which share of its clients and rate this is
  std::string tool_version;
  std::vector<std::string> command;  // as typed, passwords removed
  std::string started;               // ISO 8601, UTC
  double wall_start_s = 0;           // seconds since the epoch at time 0 of the run
  std::uint64_t seed = 0;
  std::string scenario_name;
  std::string scenario_json;  // the resolved scenario, as JSON text (scenario::to_json)
  ServerFacts server;
  MachineFacts machine;
  std::optional<double> ended_ms;  // absent: the run did not end in order
  bool interrupted = false;
  std::string failure;  // why the run ended early, empty when it did not
};

}  // namespace pgrehearse::record
