// Which relation is OID 16386? The server's log names relations by OID, and a migration may have dropped or renamed
// them by the time that anybody asks: so snapshots of the catalog are taken before, between and after the phases and
// merged here. A relation keeps the name under which it was first seen.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::observe {

// Of one database. Thread-safe.
class RelationNames {
 public:
  // Adds the relations that the session's database has now. Reads pg_class alone, without locks on the relations: it
  // waits for no migration. About 1 ms for 2,000 relations.
  base::Status add_snapshot(postgres::Session& session);
  void add(std::uint32_t oid, std::string schema, std::string name);

  // "schema.name".
  std::optional<std::string> of(std::uint32_t oid) const;
  // "schema.name" for a bare name, when only one relation ever bore it.
  std::optional<std::string> of(std::string_view bare_name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::string> by_oid_;
  std::multimap<std::string, std::string, std::less<>> by_name_;  // bare name -> qualified, without duplicates
};

}  // namespace pgrehearse::observe
