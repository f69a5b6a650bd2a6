// What `pgrehearse doctor` found on this machine, as data, and what follows from it. All functions are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/provision/binaries.hpp"
#include "harness/provision/container_engine.hpp"
#include "harness/record/manifest.hpp"
#include "harness/scenario/scenario.hpp"
#include "reports/text_layout.hpp"

namespace pgrehearse::app {

// What a scenario's data will take: the filled database, a clone of it, and once more for what the migration rewrites
// and for the WAL.
struct DiskNeed {
  std::uint64_t rows = 0, bytes = 0;
};

struct Disk {
  std::string folder;  // where private clusters are made
  std::string file_system;
  std::uint64_t free_bytes = 0;
  bool writable = false;
  std::optional<DiskNeed> need;  // none: no scenario was given
};

struct ClockFacts {
  std::string source;  // the kernel's: tsc, kvm-clock, ...; empty: unknown
  base::Duration resolution{};
  base::Duration late_median{}, late_p99{};  // how much later than asked a wait of 1 ms ends
};

struct Remainder {
  std::string name;   // of a folder or a container
  std::string whose;  // "process 4711, run pgrehearse-runs/..."
};

struct CacheFacts {
  std::string folder;
  int entries = 0;
  std::uint64_t bytes = 0;
};

struct Diagnosis {
  std::vector<provision::Binaries> binaries;      // in the order of preference, old ones too
  std::vector<provision::EngineFinding> engines;  // docker and podman, also those that are not installed
  std::string user_trouble;                       // why no private server can run as this user; empty: it can
  Disk disk;
  record::MachineFacts machine;
  std::uint64_t usable_memory_bytes = 0;  // within the control group's limit
  double usable_cpus = 0;                 // likewise
  ClockFacts clock;
  std::vector<Remainder> leftovers;   // of killed runs, still there
  std::vector<Remainder> kept;        // servers of runs with --keep, still there
  std::optional<CacheFacts> cache;    // none: none was named
  std::vector<std::string> removed;   // by --clean
  std::vector<std::string> failures;  // of --clean, and of looking
  bool has_apt = false;               // Debian, Ubuntu and what is made of them
};

// Why no rehearsal can run here, one sentence each; empty: one can.
std::vector<std::string> obstacles(const Diagnosis& diagnosis);

// What could be installed, and the one command that does it (the package's name where that is another system's).
struct Missing {
  std::string what, command;
  bool required = false;  // without it no rehearsal can run
};
std::vector<Missing> missing(const Diagnosis& diagnosis);

// Aligned, for people; ends with a newline.
std::string doctor_text(const Diagnosis& diagnosis, const reports::TextStyle& style);
// docs/doctor.md has the keys; indented, ends with a newline.
std::string doctor_json(const Diagnosis& diagnosis);

// Of a scenario whose schema and earlier migrations make `tables` tables (see count_tables).
DiskNeed disk_need(const scenario::Scenario& scenario, std::uint64_t tables);
// How often SQL text says CREATE TABLE, temporary tables left out: an estimate, for which no server is needed.
std::uint64_t count_tables(std::string_view sql);
// The number of CPUs that a control group allows, from the text of cpu.max ("150000 100000"); none: no limit.
std::optional<double> cpu_limit_of(std::string_view cpu_max);

}  // namespace pgrehearse::app
