// Types that this program does not know, those of extensions above all: the server is asked which of some usual
// notations it reads.
#pragma once

#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// Sets the notation of every unknown type for which one is found, elements and fields included, and notes it with the
// table. Throws postgres::Failure.
void find_notations(postgres::Session& session, Catalog& catalog);

}  // namespace pgrehearse::populate
