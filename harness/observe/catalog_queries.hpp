// The catalog, asked subject by subject. Every query gives one row an object, in this form:
//
//   classid, objid, subid   its identity, as in pg_depend and pg_description (comments and extensions are joined on it)
//   relation                OID of the relation that it is a part of and goes with; 0: none
//   kind, name              for people: "index", "public.users_email_idx"
//   ...                     further columns are attributes: the column's name is the attribute's, NULL means the
//   default
//
// What makes two equal schemas look different is left out: OIDs, owners, attnum, sizes and statistics, TOAST tables,
// row and array types, internal triggers, and all that follows from a parent by itself (the indexes, constraints and
// triggers of partitions that were made for those of the partitioned table).
#pragma once

#include <string>
#include <vector>

namespace pgrehearse::observe {

// `server_version` as Session::server_version(). Run them with an empty search_path, so that all names are qualified.
std::vector<std::string> relation_queries(int server_version);
std::vector<std::string> routine_and_type_queries(int server_version);
std::vector<std::string> database_queries(int server_version);

// Pieces of SQL. A schema of the user's, with pg_namespace as `n`:
inline constexpr const char* user_schema = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
// Objects outside any schema: OIDs below this one came with the server (FirstNormalObjectId).
inline constexpr const char* first_user_oid = "16384";
// In what the privileges of `acl` differ from those that an object of that kind (as acldefault() names it) has anyway;
// NULL when in nothing: GRANT and then REVOKE leave the default behind, written out.
std::string privileges(const std::string& acl, char kind, const std::string& owner);
// Elements of a text[] in alphabetical order, NULL for none.
std::string sorted_list(const std::string& array);

}  // namespace pgrehearse::observe
