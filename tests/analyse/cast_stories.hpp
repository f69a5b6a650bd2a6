// Stories of who takes part beside the migration: two applications, and adversaries of several kinds.
#pragma once

#include "tests/analyse/story.hpp"

namespace pgrehearse::testing {

// Lets `count` operations of the script in each window of the phase that begins at `from` fail.
inline void fail(Story& story, const std::string& script, double from, double to, const std::string& sqlstate,
                 std::uint64_t count) {
  for (record::Window& window : story.record().windows) {
    if (window.script != script || window.start < story.at(from) || window.start >= story.at(to)) continue;
    const std::uint64_t failing = std::min(count, window.tally.ok);
    window.tally.ok -= failing;
    window.tally.failed += failing;
    if (failing > 0) window.tally.errors[sqlstate] += failing;
  }
}

inline void take_out(Story& story, const std::string& script, double from, double to) {
  for (record::Window& window : story.record().windows) {
    if (window.script != script || window.start < story.at(from) || window.start >= story.at(to)) continue;
    window.tally = {};
    window.within = window.outlived = window.carried = {};
  }
}

// up renames a column in 10 ms. Old code reads it by its old name, also in `after_up`; new code by its new one, also in
// `down`. Duplicate keys happen now and then everywhere.
inline Story renamed_column() {
  Story story;
  story.pass("traffic", {{"baseline", 2000}, {"up", 10}, {"after_up", 1000}, {"down", 10}, {"after_down", 1000}});
  for (const auto& [phase, at] : {std::pair{"up", 2000.0}, std::pair{"down", 3010.0}}) {
    auto rename = story.statement(phase, "ALTER TABLE users RENAME COLUMN email TO contact", at + 2, at + 5);
    rename.locks = {story.lock("AccessExclusiveLock", "public.users", at + 2, at + 5)};
    story.append(rename);
  }
  const std::vector<std::string> all{"baseline", "up", "after_up", "down", "after_down"};
  story.append(record::TrafficScript{"traffic", "old:read", "old", all});
  story.append(record::TrafficScript{"traffic", "new:read", "new", {"after_up", "down"}});
  story.traffic("old:read", 200).traffic("new:read", 200);
  take_out(story, "new:read", 0, 2010);
  take_out(story, "new:read", 3020, 4020);
  for (const auto& [from, to] : {std::pair{0.0, 2000.0}, {2010.0, 3010.0}, {3020.0, 4020.0}}) {
    fail(story, "old:read", from, to, "23505", 1);
  }
  fail(story, "old:read", 2010, 3010, "42703", 30);
  fail(story, "new:read", 3010, 3020, "42703", 1);
  return story;
}

// Another team's DDL holds the table for two seconds from before `up`; the migration, of another table, has no part in
// it. An admin looks in all the time.
inline Story second_ddl() {
  Story story;
  const std::string pass = "adversary:second-ddl+admin";
  story.pass(pass, {{"baseline", 2000}, {"up", 3000}, {"after_up", 1000}});
  auto statement = story.statement("up", "ALTER TABLE orders ADD COLUMN note text", 2005, 2008);
  statement.locks = {story.lock("AccessExclusiveLock", "public.orders", 2005, 2008)};
  statement.locks[0].oid = 16999;
  story.append(statement);
  const auto step = [&](const char* adversary, const char* what, double at, int pid, const char* detail,
                        std::optional<Duration> took = {}) {
    story.append(record::AdversaryStep{story.at(at), pass, adversary, what, pid, detail, took});
  };
  step("second-ddl", "asks", 1500, Story::adversary_pid, "ALTER TABLE users ADD COLUMN other int");
  step("second-ddl", "holds", 1502, Story::adversary_pid, "ALTER TABLE users ADD COLUMN other int");
  step("second-ddl", "ended", 3502, Story::adversary_pid, "");
  step("admin", "began", 1500, -1, "");
  step("admin", "connected", 1600, 950, "administrator", from_ms(3));
  step("admin", "connected", 2600, 951, "administrator", from_ms(450));
  step("admin", "refused", 2601, -1, "ordinary role: sorry, too many clients already", from_ms(2));
  step("admin", "ended", 5000, -1, "");
  story.append(story.wait("read", "AccessShareLock", 2010, 1492, {Story::adversary_pid}, {700}));
  story.stall("read", 2009, 1493).traffic("read", 150, {{1502, 3502}});
  return story;
}

}  // namespace pgrehearse::testing
