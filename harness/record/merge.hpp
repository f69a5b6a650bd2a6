// Slices of one load, run at the same time on several machines, as one record. Pure.
#pragma once

#include <vector>

#include "harness/base/result.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::record {

struct Part {
  std::string folder;  // for messages
  Record record;
};

// Times are those of the first part's clock; the other parts' are moved by the difference of the machines' wall clocks.
// Windows of the same script and number are added up, which is exact: counts are sums, and histograms have the same
// buckets. A Notice names slices that are missing. Errors: parts that are no loads, not of one load (another seed or
// number of slices), or the same slice twice. Needs one part at least.
base::Result<Record> merge(std::vector<Part> parts);

}  // namespace pgrehearse::record
