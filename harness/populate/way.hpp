// Two ways past what slows loading down or stands in its way: triggers, foreign keys, indexes.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// superuser: no triggers by session_replication_role, indexes switched off in the catalog (see fill.hpp). owner: what
// the owner of the tables may do (see ForeignKeysAside); indexes stay on, so that loading is slower.
enum class Way { superuser, owner };

// By the role of the target.
base::Result<Way> way_of(const postgres::Target& target);

// Takes all foreign keys away and disables the user's triggers while tables are loaded, and puts them back as they
// were: name, definition, comment, and each trigger's own state. Only between tables that the role owns.
class ForeignKeysAside {
 public:
  // Throws postgres::Failure, as put_back() does: also where a row refers to nothing.
  explicit ForeignKeysAside(postgres::Session& session);
  void put_back(postgres::Session& session) const;

 private:
  std::vector<std::string> restore_;  // statements, in order
};

}  // namespace pgrehearse::populate
