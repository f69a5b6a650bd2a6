// May this existing server be used for a rehearsal? Only when the user named a database that holds nothing, or that
// carries our mark; everything that speaks against it is said at once, with the way out.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {

// A database with this comment may be used although it is not empty. Its contents are not touched.
inline constexpr const char* permission_mark = "pgrehearse may rehearse beside this database";

// "prod", "production", "live", "primary" as a word of a host's or a database's name.
bool named_like_production(const std::string& name);
// A refusal for each of host and database that is named so, with `hint` as the way out.
base::Status refuse_production(const postgres::Target& target, const std::string& hint);

struct Rights {
  bool superuser = false;
  int version = 0;     // 150018
  bool empty = false;  // the named database
  int neighbours = 0;  // sessions in other databases of the server
};
// `session` is in the named database. What it may do there, or all reasons why it must not be used.
base::Result<Rights> check_permission(postgres::Session& session);

}  // namespace pgrehearse::provision
