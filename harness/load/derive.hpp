// Traffic for users who give none: short reads and writes of the kinds that applications send, made from the tables,
// their keys and their indexes. Pure. The result is scripts as a user would write them, so that they can be shown, kept
// and edited. They name columns one by one: one that the migration drops fails with 42703, as an application would.
#pragma once

#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/access_path.hpp"
#include "harness/load/draft.hpp"

namespace pgrehearse::load {

struct DeriveOptions {
  // "schema.name" of the tables that the migration touches: these come first, with every kind of script.
  std::vector<std::string> touched;
  std::size_t touched_tables = 4;  // at most so many of them, the largest
  std::size_t other_tables = 6;    // and so many of the rest, each with a read, a join, an update and an insert
};

// Weights: two thirds for the touched tables where there are any; among tables by the square root of their rows. Empty
// when no table has both rows and a primary key.
std::vector<Draft> derive_drafts(const generators::Generator& tables, const std::vector<AccessPath>& paths,
                                 const std::vector<IndexedColumns>& indexed, const DeriveOptions& options);

}  // namespace pgrehearse::load
