#include "harness/populate/way.hpp"

#include <fmt/format.h>

namespace pgrehearse::populate {
namespace {

using postgres::quote_literal;

// Those of partitions come and go with their parent's.
constexpr const char* foreign_keys = R"(
  SELECT f.conrelid::regclass::text, quote_ident(f.conname), pg_get_constraintdef(f.oid),
         obj_description(f.oid, 'pg_constraint')
  FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE f.contype = 'f' AND f.conparentid = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ORDER BY f.conrelid, f.conname)";

constexpr const char* triggers = R"(
  SELECT t.tgrelid::regclass::text, quote_ident(t.tgname), t.tgenabled
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relkind IN ('r', 'p')
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ORDER BY t.tgrelid, t.tgname)";

const char* enabling(std::string_view state) {
  return state == "R" ? "ENABLE REPLICA TRIGGER" : state == "A" ? "ENABLE ALWAYS TRIGGER" : "ENABLE TRIGGER";
}

}  // namespace

base::Result<Way> way_of(const postgres::Target& target) {
  const auto session = postgres::Session::open(target);
  if (!session) return session.errors();
  try {
    const auto role = (*session)->query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    return role.boolean(0, 0) ? Way::superuser : Way::owner;
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "asking for the role's rights");
  }
}

ForeignKeysAside::ForeignKeysAside(postgres::Session& session) {
  std::vector<std::string> take;
  const auto keys = session.query(foreign_keys);
  for (std::size_t row = 0; row < keys.size(); ++row) {
    const std::string table = keys.string(row, 0), name = keys.string(row, 1);
    take.push_back(fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", table, name));
    restore_.push_back(fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {}", table, name, keys.text(row, 2)));
    if (!keys.null(row, 3)) {
      restore_.push_back(
          fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", name, table, quote_literal(keys.text(row, 3))));
    }
  }
  const auto enabled = session.query(triggers);
  for (std::size_t row = 0; row < enabled.size(); ++row) {
    const std::string table = enabled.string(row, 0), name = enabled.string(row, 1);
    take.push_back(fmt::format("ALTER TABLE {} DISABLE TRIGGER {}", table, name));
    restore_.push_back(fmt::format("ALTER TABLE {} {} {}", table, enabling(enabled.text(row, 2)), name));
  }
  for (const std::string& statement : take) session.query(statement);
}

void ForeignKeysAside::put_back(postgres::Session& session) const {
  for (const std::string& statement : restore_) session.query(statement);
}

}  // namespace pgrehearse::populate
