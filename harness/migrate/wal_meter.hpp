// WAL written by the migration, and the checkpoints meanwhile. pg_stat_statements counts it by role, utility statements
// included, so that traffic does not disturb the figure; where it is not installed, the server's WAL position tells as
// much while nothing else runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

// Not thread-safe. Functions throw postgres::Failure.
class WalMeter {
 public:
  struct Reading {
    std::optional<std::uint64_t> by_role;  // bytes
    std::uint64_t position = 0;            // bytes
    std::int64_t checkpoints = 0;          // that began since the statistics were reset
  };

  // `observer`: a superuser's session in the database that may hold the extension. `quiet`: nothing else runs. What
  // pg_stat_statements knew of the role is reset.
  WalMeter(postgres::Session& observer, const std::string& role, bool quiet);

  Reading read();
  // Bytes between two readings; none when it cannot be told. pg_stat_statements leaves out statements that failed.
  std::optional<std::uint64_t> between(const Reading& from, const Reading& to, bool failed) const;
  // As the server's statistics have them, which may come a moment late (up to half a second before PostgreSQL 15); none
  // when those were reset.
  static std::optional<int> checkpoints_between(const Reading& from, const Reading& to);

 private:
  postgres::Session& observer_;
  std::string sql_;
  bool quiet_;
};

}  // namespace pgrehearse::migrate
