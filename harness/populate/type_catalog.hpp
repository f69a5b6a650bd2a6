// The types of a database, as generation knows them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "generators/shape.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// A domain resolved: what is below it, and what it adds on the way.
struct ResolvedType {
  generators::Type type;  // its name has no modifiers: "character varying"
  int typmod = -1;        // of the type, as in pg_attribute
  bool not_null = false;
  // Conditions over `value`, of this domain and those below it.
  struct DomainCheck {
    std::string name, expression, definition;
  };
  std::vector<DomainCheck> checks;
};

// A snapshot: types that are created later are not in it.
class TypeCatalog {
 public:
  // Throws postgres::Failure.
  explicit TypeCatalog(postgres::Session& session);

  // `typmod` as in pg_attribute; -1: none.
  ResolvedType resolve(std::uint32_t oid, int typmod) const;

 private:
  struct Field {
    std::uint32_t oid;
    int typmod;
  };
  struct Entry {
    std::string schema, name, display;
    char sort = 'b';  // pg_type.typtype
    bool array = false, not_null = false;
    std::uint32_t element = 0, base = 0, relation = 0;  // element: of a range its subtype, of a multirange its range
    int base_typmod = -1;
    char delimiter = ',';
  };

  generators::Type plain(std::uint32_t oid, const Entry& entry, int typmod) const;
  generators::Type part(std::uint32_t oid, int typmod) const;
  void read_types(postgres::Session& session);
  void read_labels(postgres::Session& session);
  void read_fields(postgres::Session& session);
  void read_checks(postgres::Session& session);

  std::map<std::uint32_t, Entry> types_;
  std::map<std::uint32_t, std::vector<std::string>> labels_;
  std::map<std::uint32_t, std::vector<Field>> fields_;  // by pg_type.typrelid
  std::map<std::uint32_t, std::vector<ResolvedType::DomainCheck>> checks_;
};

}  // namespace pgrehearse::populate
