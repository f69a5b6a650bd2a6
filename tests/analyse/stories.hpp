// Whole runs, each with one thing to be found in it. Shared by the tests of the analysis and of the reports.
#pragma once

#include "tests/analyse/story.hpp"

namespace pgrehearse::testing {

inline const std::vector<std::pair<std::string, double>> short_phases = {
    {"baseline", 5000},   {"up", 20},       {"after_up", 2000},      {"down", 20},
    {"after_down", 2000}, {"up_again", 20}, {"after_up_again", 2000}};

// Everything quick, nothing blocked, down restores all.
inline Story clean_run(bool with_traffic = true) {
  Story story;
  const auto add_statements = [&story](double up, double down, double again) {
    for (const auto& [phase, from] : {std::pair{"up", up}, std::pair{"down", down}, std::pair{"up_again", again}}) {
      auto statement = story.statement(phase,
                                       std::string(phase) == "down" ? "ALTER TABLE users DROP COLUMN note"
                                                                    : "ALTER TABLE users ADD COLUMN note text",
                                       from + 2, from + 6);
      statement.locks = {story.lock("AccessExclusiveLock", "public.users", from + 2, from + 6)};
      statement.wal_bytes = 2048;
      story.append(statement);
    }
  };
  story.pass("quiet", {{"up", 20}, {"after_up", 100}, {"down", 20}, {"after_down", 100}, {"up_again", 20}});
  add_statements(0, 120, 240);
  story.restored();
  if (!with_traffic) return story;
  story.pass("traffic", short_phases);
  add_statements(5000, 7020, 9040);
  story.stall("read", 5003, 12).traffic("read", 200).traffic("write", 50);
  return story;
}

// ALTER TABLE ... ADD COLUMN ... DEFAULT random() rewrites one million rows under ACCESS EXCLUSIVE.
inline Story volatile_default() {
  Story story;
  const std::string up = "ALTER TABLE users ADD COLUMN score float8 NOT NULL\n  DEFAULT random()";
  const auto rewrite = [&](const std::string& phase, double from, double to) {
    auto statement = story.statement(phase, up, from, to);
    statement.locks = {story.lock("AccessExclusiveLock", "public.users", from, to)};
    statement.rewrites = statement.scans = {"public.users"};
    statement.wal_bytes = 121'634'816;
    return statement;
  };
  const auto drop = [&](double from, double to) {
    auto statement = story.statement("down", "ALTER TABLE users DROP COLUMN score", from, to);
    statement.locks = {story.lock("AccessExclusiveLock", "public.users", from, to)};
    return statement;
  };
  story.pass("quiet", {{"up", 14000}, {"after_up", 500}, {"down", 20}, {"after_down", 500}, {"up_again", 14000}});
  story.append(rewrite("up", 2, 13998)).append(drop(14502, 14510)).append(rewrite("up_again", 15022, 29018));
  story.restored();
  story.pass("traffic", {{"baseline", 5000},
                         {"up", 18311},
                         {"after_up", 2000},
                         {"down", 20},
                         {"after_down", 2000},
                         {"up_again", 17000},
                         {"after_up_again", 2000}});
  story.append(rewrite("up", 5002, 23309)).append(drop(25313, 25325)).append(rewrite("up_again", 27333, 44329));
  for (int i = 0; i < 16; ++i) {
    story.append(story.wait(i % 4 ? "read" : "write", i % 4 ? "AccessShareLock" : "RowExclusiveLock", 5010 + 5 * i,
                            18299 - 5 * i, {Story::migration_pid}, {700, 701}, Story::traffic_pid + i));
  }
  story.append(story.wait("read", "AccessShareLock", 27340, 16990, {Story::migration_pid}, {700}));
  story.stall("read", 5004, 18305).stall("write", 5010, 18300).stall("read", 27334, 16995);
  story.pool(5090, 18222, 15000, 3000, 650).pool(44400, 120, 110, 24, 0);
  story.append(record::CpuUse{"traffic", "up", story.at(5000), from_ms(18311), 20.1, 18.2, 1.6, 0.3, 2});
  const std::vector<Stopped> stops{{5003, 23309}, {25313, 25325}, {27333, 44329}};
  story.traffic("read", 150, stops).traffic("write", 50, stops).delivery(0.05, 1.2);
  return story;
}

// CREATE INDEX lets reads pass and stops writes.
inline Story index_build() {
  Story story;
  const auto build = [&](const std::string& phase, double from, double to) {
    auto statement = story.statement(phase, "CREATE INDEX users_email ON users (email)", from, to);
    statement.locks = {story.lock("ShareLock", "public.users", from, to)};
    statement.scans = {"public.users"};
    return statement;
  };
  story.pass("traffic", {{"baseline", 5000}, {"up", 3010}, {"after_up", 2000}});
  story.append(build("up", 5002, 8008));
  story.append(story.wait("write", "RowExclusiveLock", 5020, 2988, {Story::migration_pid}, {700}));
  story.stall("write", 5018, 2991).traffic("read", 150).traffic("write", 50, {{5002, 8008}});
  return story;
}

// A nullable column takes 3 ms, but a long reader stands in front: the migration waits, and traffic behind it.
inline Story long_reader() {
  Story story;
  story.pass("adversary:long-reader", {{"baseline", 5000}, {"up", 4010}, {"after_up", 2000}});
  auto statement = story.statement("up", "ALTER TABLE users ADD COLUMN note text", 5002, 9005);
  statement.locks = {story.lock("AccessExclusiveLock", "public.users", 9001, 9005)};
  statement.lock_wait = from_ms(3950);
  for (const auto& [step, at] : {std::pair{"holds", 4500}, std::pair{"ended", 9000}}) {
    story.append(
        record::AdversaryStep{story.at(at), "adversary:long-reader", "long-reader", step, Story::adversary_pid});
  }
  story.append(statement);
  auto own = story.wait("", "AccessExclusiveLock", 5003, 3997, {Story::adversary_pid}, {500}, Story::migration_pid);
  own.application = "pgrehearse:migration";
  story.append(own);
  story.append(story.wait("read", "AccessShareLock", 5010, 3992, {Story::adversary_pid}, {500, 700}));
  story.append(story.wait("write", "RowExclusiveLock", 5020, 3983, {Story::adversary_pid}, {500, 700, 701}, 701));
  story.stall("read", 5009, 3995).traffic("read", 150, {{5005, 9004}}).traffic("write", 50, {{5005, 9004}});
  return story;
}

// SET NOT NULL meets a null.
inline Story failing_migration() {
  Story story;
  story.pass("quiet", {{"up", 300}});
  auto statement = story.statement("up", "ALTER TABLE users ALTER COLUMN email SET NOT NULL", 2, 290);
  statement.line = 3;
  statement.sqlstate = "23502";
  statement.message = "column \"email\" of relation \"users\" contains null values";
  story.append(statement);
  return story;
}

// The clean run, but down forgets an index and a dropped column's values are gone.
inline Story down_that_loses() {
  Story story = clean_run();
  for (record::Event& event : story.record().events) {
    auto* comparison = std::get_if<record::Comparison>(&event);
    if (!comparison || comparison->after != "down") continue;
    comparison->equal = false;
    comparison->differences = comparison->what == "schema"
                                  ? std::vector<std::string>{"index public.users_email: missing after down",
                                                             "column public.users.note: still there after down"}
                                  : std::vector<std::string>{"column public.users.email: values changed after down"};
  }
  return story;
}

}  // namespace pgrehearse::testing
