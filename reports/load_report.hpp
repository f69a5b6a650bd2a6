// The result of traffic alone: for people, and (format "pgrehearse-load/1", docs/load.md) for machines.
#pragma once

#include <string>

#include "harness/analyse/load_result.hpp"
#include "reports/text_layout.hpp"

namespace pgrehearse::reports {

std::string load_text(const analyse::LoadResult& result, const TextStyle& style);
std::string load_json(const analyse::LoadResult& result);

}  // namespace pgrehearse::reports
