// What the page's charts draw, as JSON; reports/html/report.js reads it. Times in seconds from the pass's start,
// latencies in milliseconds.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::reports {

// {"passes": [{"phases", "lanes", "timeline", "histograms"}]}, one for each pass that has a timeline, in order. Safe
// inside a <script> element.
std::string chart_data(const analyse::Analysis& analysis);

// A histogram for a logarithmic axis: (lower edge in ms, share of all counts in percent) of bins with equal steps of
// the logarithm, eight to a factor of ten, from the first to the last that is not empty.
std::vector<std::pair<double, double>> log_bins(const record::Histogram& histogram);

}  // namespace pgrehearse::reports
