// Passwords in connection texts: so that they reach no record, report or message.
#pragma once

#include <string>
#include <string_view>

namespace pgrehearse::base {

// "postgres://..." or "postgresql://...", or key=value pairs as libpq reads them.
bool is_connection_text(std::string_view text);
// The same with *** for each password in it: of a URI's user, of its ?password=, and of password=... Any other text, a
// whole command line's argument such as --server=URI included, passes through with the same care.
std::string without_password(const std::string& text);

}  // namespace pgrehearse::base
