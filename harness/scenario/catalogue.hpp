// The catalogue: folders with a scenario.yaml each, installed with the program. One folder is one story, one test and
// one page of the handbook.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::scenario {

struct CatalogueVariant {
  std::string name, title;
  std::string expected_verdict;  // pass | fail | inconclusive; empty: the scenario does not say
};

struct CatalogueEntry {
  std::string name;  // of its folder
  std::string title;
  std::string file;                        // scenario.yaml, absolute
  std::vector<CatalogueVariant> variants;  // in the order of the file
};

// The folder that holds the catalogue: the environment's PGREHEARSE_SCENARIOS; else ../share/pgrehearse/scenarios
// beside the folder of the running program; else the source tree that the program was built from. An error when the
// first is set to something else than a folder, or none exists.
base::Result<std::string> catalogue_folder();

// All entries, by name. An error when one cannot be read.
base::Result<std::vector<CatalogueEntry>> list_catalogue();

// The file of a scenario that the user named: the name of a catalogue entry, or a path (with a slash, or of something
// that exists) of a scenario file or of a folder with a scenario.yaml. The catalogue wins over a folder of the same
// name in the working folder; write ./name for that one. An unknown name gets the nearest one as its hint.
base::Result<std::string> find_scenario(const std::string& name_or_path);

}  // namespace pgrehearse::scenario
