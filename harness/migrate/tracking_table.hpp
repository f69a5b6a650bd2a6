// The table in which a migration tool notes what it has applied. Some migrations refer to it (they put a trigger on it,
// or update it), so it must stand before the history is applied; it is no part of the schema that is compared.
#pragma once

#include <optional>
#include <string>

#include "harness/migrate/history.hpp"

namespace pgrehearse::migrate {

// Its name, without schema: it is made in the first schema of the search path. None for plain files.
std::optional<std::string> tracking_table(const std::string& format);

// SQL that makes it in the tool's own form; empty where there is none.
std::string create_tracking_table(const std::string& format);

// SQL that notes one applied migration, in that table of `schema`; empty where there is none.
std::string note_applied(const std::string& format, const std::string& schema, const Migration& migration);

}  // namespace pgrehearse::migrate
