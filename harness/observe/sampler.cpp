#include "harness/observe/sampler.hpp"

#include <fmt/format.h>

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "harness/observe/activity.hpp"

namespace pgrehearse::observe {
namespace {

constexpr auto calm_interval = std::chrono::milliseconds(50);
constexpr auto waiting_interval = std::chrono::milliseconds(10);
constexpr auto reconnect_interval = std::chrono::milliseconds(200);
constexpr auto longest_silence = std::chrono::milliseconds(500);

// The object is put in the words of the server's log (DescribeLockTag() in src/backend/storage/lmgr/lmgr.c), so that
// waits from both sources look alike. pg_blocking_pids() stops the lock manager for a moment, hence only for waiters.
constexpr std::string_view prepare_look = R"(
PREPARE pgrehearse_look AS
WITH waiting AS MATERIALIZED (
  SELECT pid, mode, relation,
         CASE locktype
           WHEN 'relation' THEN format('relation %s of database %s', relation, database)
           WHEN 'extend' THEN format('extension of relation %s of database %s', relation, database)
           WHEN 'page' THEN format('page %s of relation %s of database %s', page, relation, database)
           WHEN 'tuple' THEN format('tuple (%s,%s) of relation %s of database %s', page, tuple, relation, database)
           WHEN 'transactionid' THEN format('transaction %s', transactionid)
           WHEN 'virtualxid' THEN format('virtual transaction %s', virtualxid)
           WHEN 'object' THEN format('object %s of class %s of database %s', objid, classid, database)
           WHEN 'advisory' THEN format('advisory lock [%s,%s,%s,%s]', database, classid, objid, objsubid)
           ELSE locktype END AS object,
         waitstart, extract(epoch FROM clock_timestamp() - waitstart) * 1000 AS waited_ms,
         pg_catalog.pg_blocking_pids(pid) AS blockers
  FROM pg_catalog.pg_locks WHERE NOT granted)
SELECT a.pid, d.here, coalesce(a.state, ''), a.application_name, w.pid IS NOT NULL, w.mode, w.object, w.relation,
       w.waited_ms, w.blockers, w.waitstart, CASE WHEN w.pid IS NOT NULL THEN a.query END
FROM pg_catalog.pg_stat_get_activity(NULL) a
LEFT JOIN waiting w ON w.pid = a.pid
CROSS JOIN LATERAL (SELECT a.datid = $1 AS here) d
WHERE a.pid <> pg_catalog.pg_backend_pid() AND d.here AND a.state <> 'idle' OR w.pid IS NOT NULL)";

std::optional<base::Duration> waited(const postgres::Rows& rows, std::size_t row) {
  if (rows.null(row, 8)) return {};
  return base::from_ms(rows.number(row, 8));
}

std::vector<int> to_pids(const std::vector<std::string>& texts) {
  std::vector<int> pids;
  for (const std::string& text : texts) {
    int pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    pids.push_back(pid);
  }
  return pids;
}

SessionSeen session_of(const postgres::Rows& rows, std::size_t row) {
  SessionSeen seen;
  seen.pid = static_cast<int>(rows.integer(row, 0));
  seen.in_database = !rows.null(row, 1) && rows.boolean(row, 1);
  seen.state = rows.string(row, 2);
  seen.application = rows.string(row, 3);
  seen.waits = rows.boolean(row, 4);
  if (!seen.waits) return seen;
  seen.mode = rows.string(row, 5);
  seen.object = rows.string(row, 6);
  if (!rows.null(row, 7)) seen.relation = static_cast<std::uint32_t>(rows.integer(row, 7));
  seen.waited = waited(rows, row);
  seen.blockers = to_pids(rows.array(row, 9));
  seen.since = rows.string(row, 10);
  seen.statement = rows.string(row, 11);
  return seen;
}

// A session that is ready to look, or the reason why there is none.
struct Eye {
  std::unique_ptr<postgres::Session> session;
  std::string look;

  static base::Result<Eye> open(const postgres::Target& target) {
    auto session = postgres::Session::open(target);
    if (!session) return std::move(session).errors();
    try {
      (*session)->query(prepare_look);
      const auto rows =
          (*session)->query("SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()");
      std::string look = fmt::format("EXECUTE pgrehearse_look({})", rows.integer(0, 0));
      (*session)->query(look);  // plans it and fills the caches, while nothing is locked
      return Eye{std::move(session).value(), std::move(look)};
    } catch (const postgres::Failure& failure) {
      return postgres::to_error(failure, "preparing to watch the sessions");
    }
  }
};

}  // namespace

struct Sampler::State {
  State(postgres::Target the_target, Eye the_eye, const RelationNames& names, const base::Clock& the_clock,
        record::Recorder& the_recorder)
      : target(std::move(the_target)),
        clock(the_clock),
        recorder(the_recorder),
        waits(names, target.database),
        eye(std::move(the_eye)),
        last_sample(the_clock.now()) {}

  void run();
  bool look();  // true: somebody waits
  bool look_or_reconnect();
  void reopen();
  void note_silence(base::Duration until);

  const postgres::Target target;
  const base::Clock& clock;
  record::Recorder& recorder;
  SampledWaits waits;  // of the thread alone, as the next four
  Eye eye;
  std::string trouble;  // why the last look failed
  base::Duration last_sample;

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;  // guarded by mutex
  std::thread thread;
};

bool Sampler::State::look() {
  const auto rows = eye.session->query(eye.look);
  const auto at = clock.now();
  std::vector<SessionSeen> sessions;
  for (std::size_t row = 0; row < rows.size(); ++row) sessions.push_back(session_of(rows, row));
  note_silence(at);
  const record::ActivitySample sample = summarise(sessions, at, target.database);
  recorder.append(sample);
  for (const record::LockWait& wait : waits.update(sessions, at)) recorder.append(wait);
  return sample.waiting > 0;
}

// At `until` a sample was taken, or the watch ended.
void Sampler::State::note_silence(base::Duration until) {
  if (until - last_sample > longest_silence) {
    recorder.append(record::Gap{"sampler", last_sample, until - last_sample,
                                trouble.empty() ? "no sample was answered in time" : trouble});
  }
  trouble.clear();
  last_sample = until;
}

bool Sampler::State::look_or_reconnect() {
  if (!eye.session) reopen();
  if (!eye.session) return false;
  try {
    return look();
  } catch (const postgres::Failure& failure) {
    trouble = failure.summary();
    if (failure.connection_lost()) eye.session.reset();
    return false;
  }
}

void Sampler::State::reopen() {
  if (auto opened = Eye::open(target)) {
    eye = std::move(opened).value();
  } else {
    trouble = opened.errors().front().message;
  }
}

void Sampler::State::run() {
  for (bool more = true; more;) {
    const bool waiting = look_or_reconnect();
    std::unique_lock lock(mutex);
    const base::Duration interval = !eye.session ? reconnect_interval : waiting ? waiting_interval : calm_interval;
    changed.wait_for(lock, interval, [&] { return stopping; });
    more = !stopping;
  }
  look_or_reconnect();
  note_silence(clock.now());
  for (const record::LockWait& wait : waits.finish()) recorder.append(wait);
  eye.session.reset();
}

Sampler::Sampler(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Sampler::~Sampler() { stop(); }

base::Result<std::unique_ptr<Sampler>> Sampler::start(const postgres::Target& target, const RelationNames& names,
                                                      const base::Clock& clock, record::Recorder& recorder) {
  postgres::Target own = target;
  own.application = "pgrehearse:observe:sampler";
  own.settings = {{"statement_timeout", "1s"}, {"jit", "off"}};
  auto eye = Eye::open(own);
  if (!eye) return std::move(eye).errors();
  return std::unique_ptr<Sampler>(
      new Sampler(std::make_unique<State>(std::move(own), std::move(eye).value(), names, clock, recorder)));
}

void Sampler::stop() {
  if (!state_->thread.joinable()) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

}  // namespace pgrehearse::observe
