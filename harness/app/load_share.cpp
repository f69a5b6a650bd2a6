#include "harness/app/load_share.hpp"

#include <fmt/format.h>

#include "harness/base/random.hpp"

namespace pgrehearse::app {
namespace {

constexpr std::chrono::milliseconds look_interval{20};

bool lock(postgres::Session& session, std::int32_t key, std::uint64_t number) {
  return session.query(fmt::format("SELECT pg_try_advisory_lock({}, {})", key, number)).boolean(0, 0);
}

base::Error taken(std::uint64_t of, std::optional<std::uint64_t> number) {
  const char* hint =
      "another load with this seed runs on this database: wait for its end, or give another --random-seed";
  if (number) return base::environment_error(fmt::format("slice {}/{} is running already", *number, of), hint);
  return base::environment_error(fmt::format("all {} slices are running already", of), hint);
}

}  // namespace

base::Result<LoadShare> LoadShare::take(const postgres::Target& target, std::uint64_t seed, std::uint64_t of,
                                        std::optional<std::uint64_t> number) {
  auto session = postgres::Session::open(target);
  if (!session) return session.errors();
  const auto key = static_cast<std::int32_t>(base::Seed{seed}.derive("load share").derive(of).value);
  const std::uint64_t first = number.value_or(1), last = number.value_or(of);
  try {
    for (std::uint64_t n = first; n <= last; ++n) {
      if (lock(**session, key, n)) return LoadShare(std::move(*session), key, {n, of});
    }
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "taking a slice of the load");
  }
  return taken(of, number);
}

// A lock of two numbers has objsubid 2 (PostgreSQL manual, "pg_locks").
LoadShare::Present LoadShare::look() {
  const auto rows = session_->query(fmt::format(
      "SELECT count(*) FILTER (WHERE objid::bigint <= {0}), count(*) FILTER (WHERE objid::bigint > {0}) FROM pg_locks "
      "WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = {1}::oid "
      "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
      slice_.of, static_cast<std::uint32_t>(key_)));
  return {static_cast<std::uint64_t>(rows.integer(0, 0)), static_cast<std::uint64_t>(rows.integer(0, 1))};
}

base::Status LoadShare::wait_for_all(const Stage& stage) {
  const auto wait_until = [&](auto enough) -> base::Status {
    for (Present present = look(); !enough(present); present = look()) {
      stage.progress.update(static_cast<double>(present.taken), static_cast<double>(slice_.of), "slices");
      if (stage.cancellation.wait_for(look_interval)) return base::interrupted_error();
    }
    return base::success();
  };
  try {
    if (auto seen = wait_until([&](Present present) { return present.taken == slice_.of; }); !seen) return seen;
    lock(*session_, key_, slice_.of + slice_.number);
    return wait_until([&](Present present) { return present.ready == slice_.of || present.taken < slice_.of; });
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "waiting for the other slices");
  }
}

}  // namespace pgrehearse::app
