// From a catalog to the generator of its rows, with the server's help where CHECKs need it.
#pragma once

#include "generators/generator.hpp"
#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

struct Planned {
  generators::Generator generator;
  std::vector<std::string>
      notices;  // for people: the request's, the generator's, and what keys and CHECKs made different
};

// `catalog` has its request applied; its shape gets what CHECKs and keys need. Nothing is changed in the database.
base::Result<Planned> plan_catalog(postgres::Session& session, Catalog& catalog);

}  // namespace pgrehearse::populate
