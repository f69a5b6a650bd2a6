// The tables of a generator by the names that scripts use. Private to this module.
#pragma once

#include <string_view>

#include "generators/generator.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::load {

// `name` is SQL: users, public.users, "Users", app."Users". Unquoted names are folded to lower case. A name without a
// schema means the one in public, else the only one of that name.
base::Result<std::size_t> find_table(const generators::Generator& tables, std::string_view name);

// Positions of the primary key's columns; empty: there is none.
std::vector<std::size_t> primary_key(const generators::TableShape& table);

}  // namespace pgrehearse::load
