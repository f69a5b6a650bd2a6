// The report as one HTML file that needs nothing else: no network, no second file. Everything is readable without
// JavaScript; the charts (Chart.js, embedded) come on top of it.
#pragma once

#include <string>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::reports {

// UTF-8. All text of the analysis is escaped; the page's Content-Security-Policy forbids it to load anything.
std::string html(const analyse::Analysis& analysis);

}  // namespace pgrehearse::reports
