// A shape from files alone: the schema, and what `pg_dump --statistics-only` of PostgreSQL 18 or newer wrote. A scratch
// server takes both in and is then read like any other: it knows the types, sorts the values and hides the private
// ones.
#pragma once

#include <string>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/profile/statistics_reader.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

struct StatisticsDump {
  std::vector<std::string> schema_files;  // in order
  std::string statistics_file;
};

// `wanted` is where the scratch server comes from; only 18 and newer take statistics in. The shape has the schema as
// SQL and says of which version the dump is; what the server could not use of it is in the notices.
base::Result<profile::Reading> read_dump(const StatisticsDump& dump, const scenario::Server& wanted,
                                         const profile::ReadOptions& options, base::Progress& progress,
                                         const base::Cancellation& cancellation);

}  // namespace pgrehearse::app
