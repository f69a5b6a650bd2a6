// The relations of a database: what an OID in pg_locks is called, which file a table has, how many rows it holds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

using Oid = std::uint32_t;

struct Relation {
  std::string name;            // "schema.name"
  char kind = 'r';             // pg_class.relkind
  std::uint64_t filenode = 0;  // 0: has no file
  double rows = 0;             // as of the last ANALYZE; 0: unknown

  bool is_table() const { return kind == 'r' || kind == 'm'; }  // what can be rewritten
};

// By OID. Relations that were dropped stay in it, so that locks on them can still be named.
using Catalog = std::map<Oid, Relation>;

// All relations outside the system's schemas. Throws postgres::Failure.
Catalog read_catalog(postgres::Session& session);

// Tables of `before` whose file is another in `after`, by name.
std::vector<std::string> rewritten(const Catalog& before, const Catalog& after);

// The first OID that a user's object can have (FirstNormalObjectId in access/transam.h).
inline constexpr Oid first_user_oid = 16384;

}  // namespace pgrehearse::migrate
