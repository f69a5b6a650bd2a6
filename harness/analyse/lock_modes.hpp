// PostgreSQL's table-level lock modes and which of them exclude each other: table 13.2 "Conflicting Lock Modes" of the
// manual (Explicit Locking), the same in all supported majors; in the server's source LockConflicts[] in
// src/backend/storage/lmgr/lock.c.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgrehearse::analyse {

// Weakest first, as the server numbers them (lockdefs.h).
enum class LockMode {
  access_share,
  row_share,
  row_exclusive,
  share_update_exclusive,
  share,
  share_row_exclusive,
  exclusive,
  access_exclusive
};
constexpr std::size_t lock_mode_count = 8;

// Row: the mode that is asked for; column: the mode that is held. Symmetric.
inline constexpr std::array<std::array<bool, lock_mode_count>, lock_mode_count> lock_conflicts = {{
    // AS     RS     RX     SUX    S      SRX    X      AX
    {{false, false, false, false, false, false, false, true}},  // access share
    {{false, false, false, false, false, false, true, true}},   // row share
    {{false, false, false, false, true, true, true, true}},     // row exclusive
    {{false, false, false, true, true, true, true, true}},      // share update exclusive
    {{false, false, true, true, false, true, true, true}},      // share
    {{false, false, true, true, true, true, true, true}},       // share row exclusive
    {{false, true, true, true, true, true, true, true}},        // exclusive
    {{true, true, true, true, true, true, true, true}},         // access exclusive
}};

constexpr bool conflicts(LockMode a, LockMode b) {
  return lock_conflicts[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
}

// A plain SELECT takes ACCESS SHARE; INSERT, UPDATE and DELETE take ROW EXCLUSIVE.
constexpr bool blocks_reads(LockMode mode) { return conflicts(mode, LockMode::access_share); }
constexpr bool blocks_writes(LockMode mode) { return conflicts(mode, LockMode::row_exclusive); }

// "AccessExclusiveLock", as pg_locks and the server log write it. Empty for modes of other lock spaces.
std::optional<LockMode> parse_lock_mode(std::string_view name);
// "ACCESS EXCLUSIVE", as the manual and LOCK TABLE write it.
std::string_view lock_words(LockMode mode);
// The same for a name that may be unknown, which then stays as it is.
std::string lock_words(const std::string& name);
// "reads and writes", "writes", or "" for a mode that lets both pass.
std::string_view blocked_access(LockMode mode);

}  // namespace pgrehearse::analyse
