// The text of a traffic script: written in the scenario, or in a file of its own. Internal to this module.
#pragma once

#include "harness/scenario/document.hpp"
#include "harness/scenario/scenario.hpp"
#include "harness/scenario/values.hpp"

namespace pgrehearse::scenario {

void read_inline_script(const Node& node, Script& script, Context& context);
void read_script_file(const Node& node, Script& script, Context& context);

// The content of a file of at most 16 MB, which must be UTF-8 (it ends up in the JSON of the run folder).
base::Result<std::string> read_text_file(const std::string& path);

}  // namespace pgrehearse::scenario
