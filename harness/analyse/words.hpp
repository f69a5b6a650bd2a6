// The words that evidence, headline and advice share.
#pragma once

#include <cstddef>
#include <string>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

// "2026-01-02-000000_add_x/up.sql:3": the file with the folder that tells which migration it is of.
std::string place_of(const std::string& file, int line);
std::string place_of(const record::Statement& statement);
// The statement on one line, cut to `width` characters.
std::string short_sql(const std::string& sql, std::size_t width = 60);
// "up.sql:3 (ALTER TABLE users ADD COLUMN ...)"
std::string name_of(const record::Statement& statement);
// "users" for "public.users"; other schemas stay.
std::string short_relation(const std::string& relation);
// "adversary long-reader" for "adversary:long-reader"
std::string pass_words(const std::string& pass);
// "traffic pass, up"
std::string where(const Pass& pass, const std::string& phase);
// "up", "down", "second up"
std::string phase_words(const std::string& phase);

// The lock to speak of when this statement is to blame: the one that the blocked waited for most often; without any,
// the strongest one on a relation that others could see, the longest held of those (of a table and its indexes, which
// go together, the shortest name: the table's). Null when it gained none.
const record::HeldLock* telling_lock(const Pass& pass, std::size_t statement);
inline Duration held(const record::HeldLock& lock) { return lock.to - lock.from; }
// "holding ACCESS EXCLUSIVE on users for 18.3 s", or, when it waited for longer than it then held,
// "waiting 4.00 s for ACCESS EXCLUSIVE on users"; empty without a lock.
std::string lock_sentence(const Pass& pass, std::size_t statement);

}  // namespace pgrehearse::analyse
