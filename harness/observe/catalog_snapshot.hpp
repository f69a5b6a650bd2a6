// The schema as structured rows, so that two of them can be compared and each difference named. It covers what
// pg_dump --schema-only prints and some of what that omits (invalid indexes), see catalog_queries.hpp; it leaves out
// owners and roles, members of extensions, and the contents of tables and sequences.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::observe {

struct CatalogObject {
  // By name; those at their default are absent. The position of a column is not among them.
  std::map<std::string, std::string> attributes;
  std::string parent_kind, parent_name;  // of the relation that it goes with; empty: none
  int position = 0;                      // of a column among its table's, from 1
};

struct CatalogSnapshot {
  // rank: kinds in the order in which people read them.
  struct Key {
    int rank = 0;
    std::string kind, name;  // "index", "public.users_email_idx"
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, CatalogObject> objects;
};

// In one transaction of the session, which must be idle and see all (role: superuser). It takes ACCESS SHARE on what it
// prints the definitions of: take it when no migration runs; after 30 s of waiting it gives up.
// `excluded_tables` ("schema.name", or a bare name for any schema): the migration tool's own; with all that is theirs.
base::Result<CatalogSnapshot> take_catalog_snapshot(postgres::Session& session,
                                                    const std::vector<std::string>& excluded_tables);

// What is different in `after`, one line each; `phase` is "down" or "up_again" and goes into Comparison::after. Objects
// whose table itself is missing or new are not named one by one. Harmless differences become notes: the order of
// columns, parentheses, spellings of the current time. Pass and time are left to the caller. Pure.
record::Comparison compare(const CatalogSnapshot& before, const CatalogSnapshot& after, const std::string& phase);

}  // namespace pgrehearse::observe
