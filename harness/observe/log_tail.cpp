#include "harness/observe/log_tail.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "harness/observe/log_follower.hpp"
#include "harness/observe/wait_assembler.hpp"

namespace pgrehearse::observe {
namespace {

// How often the file is looked at: nobody waits for the outcome. On disk a look costs microseconds, over SQL a query.
base::Duration poll_interval(LogAccess access) {
  return access == LogAccess::file ? std::chrono::milliseconds(50) : std::chrono::milliseconds(200);
}

std::string marker_text(const base::Clock& clock, int backend_pid) {
  return fmt::format("pgrehearse has read up to here: {}/{}/{}", ::getpid(), backend_pid, clock.now().count());
}

}  // namespace

struct LogTail::State {
  State(LogPlace place, base::Duration interval, std::unique_ptr<postgres::Session> marker_session,
        const RelationNames& names, const base::Clock& the_clock, record::Recorder& the_recorder)
      : poll_interval(interval),
        session(std::move(marker_session)),
        clock(the_clock),
        recorder(the_recorder),
        follower(std::move(place.files), place.format),
        assembler(the_clock, names, session->target().database),
        last_read(the_clock.now()) {}

  void run();
  void read_once();
  void append(const std::vector<record::Event>& events) {
    for (const record::Event& event : events) recorder.append(event);
  }
  bool log_marker();

  const base::Duration poll_interval;
  const std::unique_ptr<postgres::Session> session;  // of stop() alone
  const base::Clock& clock;
  record::Recorder& recorder;
  LogFollower follower;  // of the thread alone, as the next two
  WaitAssembler assembler;
  base::Duration last_read;

  std::mutex mutex;
  std::condition_variable changed;
  std::string marker;  // guarded by mutex, as the next two
  bool marker_seen = false;
  bool stopping = false;
  std::thread thread;
};

void LogTail::State::read_once() {
  LogFollower::News news = follower.read();
  const auto now = clock.now();
  for (const LogEntry& entry : news.entries) {
    assembler.add(entry);
    const std::lock_guard lock(mutex);
    if (!marker.empty() && entry.message == marker) marker_seen = true;
  }
  append(assembler.take());
  for (const std::string& trouble : news.troubles) {
    recorder.append(record::Gap{"server_log", last_read, now - last_read, trouble});
  }
  last_read = now;
}

void LogTail::State::run() {
  for (bool more = true; more;) {
    read_once();
    std::unique_lock lock(mutex);
    changed.notify_all();
    changed.wait_for(lock, poll_interval, [&] { return stopping; });
    more = !stopping;
  }
  read_once();
  append(assembler.finish(clock.now()));
}

// RAISE LOG goes to the log alone, unless log_min_messages is above LOG.
bool LogTail::State::log_marker() {
  {
    const std::lock_guard lock(mutex);
    marker = marker_text(clock, session->backend_pid());
  }
  const std::string block = fmt::format("BEGIN RAISE LOG USING MESSAGE = {}; END", postgres::quote_literal(marker));
  return !session->attempt("DO " + postgres::quote_literal(block));
}

LogTail::LogTail(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

LogTail::~LogTail() { stop(); }

base::Result<std::unique_ptr<LogTail>> LogTail::start(const postgres::Target& target, LogAccess access,
                                                      const RelationNames& names, const base::Clock& clock,
                                                      record::Recorder& recorder) {
  postgres::Target own = target;
  own.application = "pgrehearse:observe:log";
  own.settings["statement_timeout"] = "5s";
  own.settings["bytea_output"] = "hex";
  auto place = locate_log(own, access);
  if (!place) return std::move(place).errors();
  own.settings["log_min_messages"] = "log";
  auto session = postgres::Session::open(own);
  if (!session) return std::move(session).errors();
  return std::unique_ptr<LogTail>(new LogTail(std::make_unique<State>(
      std::move(place).value(), poll_interval(access), std::move(session).value(), names, clock, recorder)));
}

void LogTail::stop(base::Duration deadline) {
  if (!state_->thread.joinable()) return;
  const bool logged = state_->log_marker();
  const auto asked = state_->clock.now();
  {
    std::unique_lock lock(state_->mutex);
    if (logged) state_->changed.wait_for(lock, deadline, [&] { return state_->marker_seen; });
    state_->stopping = true;
    state_->changed.notify_all();
  }
  state_->thread.join();
  if (!state_->marker_seen) {
    state_->recorder.append(record::Gap{"server_log", asked, state_->clock.now() - asked,
                                        "the end of the server's log did not arrive: later waits may be missing"});
  }
}

}  // namespace pgrehearse::observe
