// Which tables does the migration touch? Read from the record of the quiet pass, never guessed from the SQL.
#pragma once

#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

struct TouchedTables {
  std::vector<std::string> all;        // "schema.name" of what stood before and was locked against someone
  std::vector<std::string> exclusive;  // of these, locked in a mode that even readers wait for
};

// Of what was recorded so far; empty when nothing was.
base::Result<TouchedTables> touched_tables(record::RunFolder& folder);
TouchedTables touched_tables(const std::vector<record::Event>& events);

// The table that an adversary reads, as its position in the shape: the one that it names; else the largest that the
// migration locks, exclusively if any; else the largest of all. An error when it names an unknown one.
base::Result<std::size_t> adversary_table(const scenario::Adversary& adversary, const TouchedTables& touched,
                                          const generators::Generator& tables);

}  // namespace pgrehearse::app
