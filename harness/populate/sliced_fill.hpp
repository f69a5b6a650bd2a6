// A database filled by several commands at once, on one machine or many: each loads its slice of every table. The first
// to come prepares, the last to be ready finishes; none waits for another longer than that takes.
//
// Indexes are off and foreign keys do not fire from the first to the last, which takes a superuser.
#pragma once

#include <functional>

#include "harness/base/clock.hpp"
#include "harness/base/progress.hpp"
#include "harness/populate/fill.hpp"
#include "harness/populate/row_range.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::populate {

struct SliceFilled {
  std::vector<FilledTable> tables;   // rows: of this slice; once finished, of all
  std::vector<std::string> notices;  // for people
  std::uint64_t slices_done = 0;
  bool finished = false;  // all slices are there, with indexes, statistics and verified foreign keys
};

// `make_schema` is called by the first command alone, in a database that must then hold no rows. A slice that was
// loaded before is not loaded again, so that a command can be repeated until it succeeds.
base::Result<SliceFilled> fill_slice(const postgres::Target& target, const scenario::Data& data, Slice slice,
                                     const std::function<base::Status()>& make_schema, const base::Clock& clock,
                                     base::Progress& progress, const base::Cancellation& cancellation);

// An error that names the tables with rows, if there are any. Throws postgres::Failure.
base::Status check_empty(postgres::Session& session, const Catalog& catalog);

}  // namespace pgrehearse::populate
