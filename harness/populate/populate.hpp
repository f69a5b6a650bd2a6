// Rows for all tables of a database whose schema stands: the whole of this module in one call.
#pragma once

#include "harness/populate/fill.hpp"
#include "harness/populate/request.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::populate {

struct Populated {
  generators::Generator generator;  // knows every row that was made, and further ones for traffic
  std::vector<FilledTable> tables;
  std::vector<std::string> notices;  // for people: what was made differently from what was asked
};

// `target` is a superuser's, in a database that is thrown away later (see fill.hpp). The same schema, request and seed
// give the same rows.
base::Result<Populated> populate(const postgres::Target& target, const scenario::Data& data, const base::Clock& clock,
                                 base::Progress& progress, const base::Cancellation& cancellation,
                                 Standing standing = Standing::history);

// The generator alone, as populate() would return it, from a database that stands before its rows were made (a copy of
// it, say): for one that was filled by an earlier call with the same request. Nothing is changed in it.
base::Result<generators::Generator> plan_rows(const postgres::Target& target, const scenario::Data& data,
                                              const base::Cancellation& cancellation);

}  // namespace pgrehearse::populate
