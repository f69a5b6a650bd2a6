// Plans a whole database: rows that the keys allow, then a source for every column.
#pragma once

#include <vector>

#include "generators/shape.hpp"
#include "generators/source.hpp"

namespace pgrehearse::generators {

struct TablePlan {
  std::uint64_t rows = 0, capacity = 0;
  std::vector<SourcePtr> sources;    // by column; NULLs for generated ones
  std::vector<std::size_t> written;  // all but the generated columns
  bool binary = false;
};

struct DatabasePlan {
  std::vector<TablePlan> tables;
  std::vector<std::string> notices;
  base::Errors errors;
};

// Into `plan`, because foreign keys refer to the places of their parents' sources in it. It must not move afterwards.
void plan_database(const DatabaseShape& shape, DatabasePlan& plan);

}  // namespace pgrehearse::generators
