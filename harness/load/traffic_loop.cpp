#include "harness/load/traffic_loop.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cmath>

#include "harness/load/thread_priority.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration connect_deadline = 10s;
constexpr Duration first_retry_wait = 50ms, longest_retry_wait = 1s;
// Later than this, the engine itself is part of what users of this plan would have felt.
constexpr Duration tolerated_lateness = 100ms;

postgres::Target traffic_target(const TrafficSetup& setup) {
  postgres::Target target = setup.target;
  target.application = application_name;
  const auto set = [&](const char* name, const std::optional<Duration>& limit) {
    if (limit) target.settings[name] = timeout_setting(*limit);
  };
  set("statement_timeout", setup.traffic.timeouts.statement);
  set("lock_timeout", setup.traffic.timeouts.lock);
  set("idle_in_transaction_session_timeout", setup.traffic.timeouts.idle_in_transaction);
  return target;
}

double thread_cpu_s() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// Waits for one connection's socket while it connects.
void wait_for(postgres::AsyncConnection& connection, Duration at_most) {
  const bool writing = connection.wants() == postgres::AsyncConnection::Wants::write;
  pollfd waiting{connection.fd(), static_cast<short>(writing ? POLLOUT : POLLIN), 0};
  ::poll(&waiting, 1, static_cast<int>(base::to_ms(at_most)) + 1);
}

std::vector<Share> shares(const std::vector<Script>& scripts) {
  std::vector<Share> shares;
  for (const Script& script : scripts) {
    shares.push_back({script.name, script.weight, script.rate_per_s, script.timetable});
  }
  return shares;
}

std::size_t connections_at_most(const scenario::Traffic& traffic) {
  return static_cast<std::size_t>(traffic.clients + traffic.overflow);
}

Pace pace_of(const TrafficSetup& setup) {
  const scenario::Traffic& traffic = setup.traffic;
  Pace pace;
  pace.rate_per_s = traffic.rate_per_s;
  pace.timetable = traffic.timetable;
  pace.arrivals = traffic.arrivals;
  pace.slice = setup.rules.slice.number - 1;
  pace.slices = setup.rules.slice.of;
  pace.open_loop = traffic.loop == scenario::Traffic::Loop::open;
  pace.patience = traffic.patience;
  pace.connections = traffic.clients + traffic.overflow;
  pace.users = traffic.clients;
  pace.think_time = traffic.think_time;
  pace.operations_per_user = setup.operations_per_client;
  return pace;
}

}  // namespace

TrafficLoop::TrafficLoop(const base::Clock& clock, record::Recorder& recorder, TrafficSetup setup)
    : clock_(clock),
      recorder_(recorder),
      setup_(std::move(setup)),
      pool_size_(static_cast<std::size_t>(setup_.traffic.clients)),
      world_(setup_.scripts, setup_.tables, setup_.rules, connections_at_most(setup_.traffic)),
      settings_(setup_.scripts),
      poller_(connections_at_most(setup_.traffic)),
      jitter_(setup_.seed.derive("reconnect")) {
  PGR_CHECK(!setup_.scripts.empty() && setup_.traffic.clients > 0);
  setup_.target = traffic_target(setup_);
  delivery_.pass = setup_.pass;
  for (std::size_t i = 0; i < connections_at_most(setup_.traffic); ++i) {
    slots_.push_back({Client(world_, settings_, i, clock_), i < pool_size_, {}, {}, 0});
  }
}

base::Status TrafficLoop::connect_all() {
  const Duration deadline = clock_.now() + connect_deadline;
  for (std::size_t i = 0; i < pool_size_; ++i) {
    Client& client = slots_[i].client;
    client.connect(setup_.target);
    while (client.state() == Client::State::connecting && clock_.now() < deadline) {
      wait_for(*client.connection(), deadline - clock_.now());
      client.advance();
    }
    if (client.state() != Client::State::free) {
      const bool silent = client.state() == Client::State::connecting;
      const std::string failure = silent ? "the server did not answer in time" : client.offline_reason().message;
      return base::environment_error(fmt::format("the traffic's connection {} of {} to {} failed: {}", i + 1,
                                                 pool_size_, setup_.target.display(), failure),
                                     "give the server a higher max_connections, or the traffic fewer clients");
    }
    poller_.watch(i, client.connection());
    free_.push_back(i);
  }
  connections_ = delivery_.most_connections = setup_.traffic.clients;
  return base::success();
}

void TrafficLoop::run() {
  const double cpu_before = thread_cpu_s();
  // A closed loop has no plan to keep; it shares the machine as pgbench would.
  if (setup_.traffic.loop == scenario::Traffic::Loop::open) put_this_thread_first();
  Duration planned = Duration::max();
  while (true) {
    const Duration now = clock_.now();
    note_lateness(now, planned);
    answer_requests();
    if (planned <= now) {  // some client's time has come, or the dispatcher's
      reconnect(now);
      wake(now);
    }
    if (dispatcher_) dispatch(clock_.now());
    if (dispatcher_ && !stop_deadline_ && dispatcher_->done()) end_traffic(clock_.now(), {});
    if (stop_deadline_ && (idle() || clock_.now() >= *stop_deadline_)) break;
    planned = next_event();
    for (std::size_t index : poller_.wait(clock_.now(), planned)) {
      const Duration at = serve(index);
      if (dispatcher_) dispatch(at);  // at once: the server works while we read the next answer
    }
  }
  wind_up();
  delivery_.cpu_s = thread_cpu_s() - cpu_before;
  recorder_.append(delivery_);
  const std::lock_guard lock(mutex_);
  over_ = true;
  answered_.notify_all();
}

void TrafficLoop::note_lateness(Duration now, Duration planned) {
  if (planned > now - tolerated_lateness) return;
  recorder_.append(record::Gap{"traffic", planned, now - planned, "the traffic's thread did not run in time"});
}

// ---- requests ----------------------------------------------------------------------------------------------------

Duration TrafficLoop::begin_phase(std::vector<bool> active) { return request({{}, std::move(active)}); }
Duration TrafficLoop::stop(Duration grace) { return request({grace, {}}); }

Duration TrafficLoop::request(Request request) {
  std::unique_lock lock(mutex_);
  PGR_CHECK(!request_);
  request_ = std::move(request);
  poller_.wake();
  answered_.wait(lock, [&] { return answer_.has_value() || over_; });
  return std::exchange(answer_, std::nullopt).value_or(delivery_.ended);
}

bool TrafficLoop::wait_for_end(Duration at_most) {
  std::unique_lock lock(mutex_);
  return answered_.wait_for(lock, at_most, [&] { return over_; });
}

void TrafficLoop::answer_requests() {
  const std::lock_guard lock(mutex_);
  if (!request_) return;
  const Duration now = clock_.now();
  if (request_->grace) {
    end_traffic(now, *request_->grace);
  } else {
    begin_phase_at(now, request_->active);
  }
  request_.reset();
  answer_ = now;
  answered_.notify_all();
}

void TrafficLoop::begin_phase_at(Duration now, const std::vector<bool>& active) {
  PGR_CHECK(active.empty() || active.size() == setup_.scripts.size());
  if (dispatcher_) return dispatcher_->begin_phase(now, active);
  std::vector<std::string> names;
  for (const Script& script : setup_.scripts) names.push_back(script.name);
  ledger_.emplace(recorder_, setup_.pass, names, now);
  dispatcher_.emplace(*ledger_, shares(setup_.scripts), pace_of(setup_), setup_.seed.derive("traffic"), now, active);
  delivery_.began = now;
}

void TrafficLoop::end_traffic(Duration now, Duration grace) {
  if (!dispatcher_) begin_phase_at(now, {});
  dispatcher_->stop(now);
  delivery_.ended = now;
  stop_deadline_ = now + grace;
}

// ---- operations --------------------------------------------------------------------------------------------------

void TrafficLoop::dispatch(Duration now) {
  dispatcher_->advance(now);
  delivery_.longest_queue = std::max(delivery_.longest_queue, dispatcher_->waiting());
  // One turn for each free client: an operation may end at once and free its client again.
  Duration at = now;
  for (std::size_t turns = free_.size(); turns > 0; --turns) {
    const auto operation = dispatcher_->take(at);
    if (!operation) break;
    if (client_was_free_) delivery_.send_lag.record(at - operation->entry.due);
    const std::size_t index = free_.front();
    free_.pop_front();
    slots_[index].last_script = operation->script();
    const Ending* ending = slots_[index].client.begin(*operation);
    if (ending || turns > 1) at = clock_.now();  // a look at the clock is a few percent of an operation's cost
    after(index, Client::State::busy, ending, at);
  }
  client_was_free_ = !free_.empty();
  if (!client_was_free_ && dispatcher_->waiting() > 0) dispatcher_->all_taken();
  if (slots_.size() > pool_size_) size_overflow();
}

// The overflow's connections are opened while operations wait, one for each, and closed once none does.
void TrafficLoop::size_overflow() {
  std::size_t waiting = dispatcher_->waiting();
  for (std::size_t i = pool_size_; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    const Client::State state = slot.client.state();
    const bool to_come = state == Client::State::offline || state == Client::State::connecting;
    const bool wanted = to_come && waiting > 0;
    if (wanted && !slot.wanted) slot.retry_at = std::max(slot.retry_at, clock_.now());
    slot.wanted = wanted;
    if (wanted) --waiting;
    if (state != Client::State::free || waiting > 0) continue;
    std::erase(free_, i);
    slot.client.abandon();
    poller_.watch(i, nullptr);
    --connections_;
  }
}

Duration TrafficLoop::serve(std::size_t index) {
  const Client::State before = slots_[index].client.state();
  if (before == Client::State::offline) return clock_.now();  // went away after the poller saw it
  const Ending* ending = slots_[index].client.advance();
  const Duration now = clock_.now();
  after(index, before, ending, now);
  return now;
}

// What follows from a client's step: the end of an operation, a client that is free again, a connection that came or
// went.
void TrafficLoop::after(std::size_t index, Client::State before, const Ending* ending, Duration at) {
  Slot& slot = slots_[index];
  if (ending) finish(*ending, at);
  const Client::State now = slot.client.state();
  poller_.watch(index, slot.client.connection());
  if (now == Client::State::free && before == Client::State::connecting) {
    slot.retry_wait = {};
    delivery_.most_connections = std::max(delivery_.most_connections, ++connections_);
    if (ledger_ && index < pool_size_) ledger_->reconnected(slot.last_script);
  }
  if (now == Client::State::free && before != Client::State::free) free_.push_back(index);
  if (now == Client::State::offline && before != Client::State::offline) back_off(index, before);
}

// After each failure in a row twice as long, up to a limit, and each time by chance up to half of it shorter: clients
// that lost their server together do not come back to it together.
void TrafficLoop::back_off(std::size_t index, Client::State before) {
  Slot& slot = slots_[index];
  std::erase(free_, index);
  if (before != Client::State::connecting) --connections_;
  slot.retry_wait = std::clamp(slot.retry_wait * 2, first_retry_wait, longest_retry_wait);
  const auto longest = static_cast<double>(slot.retry_wait.count());
  slot.retry_at = clock_.now() + Duration(static_cast<Duration::rep>(longest * (1 - jitter_.unit() / 2)));
  const auto& [sqlstate, reason] = slot.client.offline_reason();
  if (before == Client::State::connecting && index >= pool_size_) refuse_waiting(sqlstate, reason);
  if (before != Client::State::connecting || !errors_seen_.insert("connecting: " + reason).second) return;
  recorder_.append(
      record::Notice{clock_.now(), fmt::format("traffic of pass {}: cannot connect: {}", setup_.pass, reason)});
}

// A pool opens its overflow for a caller, who gets the error at once when that fails (SQLAlchemy's QueuePool, Npgsql,
// node-postgres). Back-off spares the server: who comes before the next attempt waits for a connection of the pool.
void TrafficLoop::refuse_waiting(const std::string& sqlstate, const std::string& reason) {
  const Duration now = clock_.now();
  if (const auto refused = dispatcher_->take_refused(now)) finish({*refused, sqlstate, reason}, now);
}

void TrafficLoop::finish(const Ending& ending, Duration now) {
  dispatcher_->finish(ending.operation, now, ending.sqlstate, ending.retries);
  if (ending.sqlstate.empty() || !errors_seen_.insert(ending.sqlstate).second) return;
  recorder_.append(record::Notice{
      now, fmt::format("traffic of pass {}: script {} failed with {}: {}", setup_.pass,
                       setup_.scripts[ending.operation.script()].name, ending.sqlstate, ending.message)});
}

void TrafficLoop::reconnect(Duration now) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (!slot.wanted || slot.client.state() != Client::State::offline || slot.retry_at > now) continue;
    slot.client.connect(setup_.target);
    after(i, Client::State::connecting, nullptr, now);
  }
}

void TrafficLoop::wake(Duration now) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Client& client = slots_[i].client;
    if (client.state() != Client::State::sleeping || client.wake_at() > now) continue;
    const Ending* ending = client.wake();
    after(i, Client::State::sleeping, ending, clock_.now());
  }
}

Duration TrafficLoop::next_event() const {
  Duration next = dispatcher_ ? dispatcher_->next_event() : Duration::max();
  if (stop_deadline_) next = std::min(next, *stop_deadline_);
  for (const Slot& slot : slots_) {
    if (slot.wanted && slot.client.state() == Client::State::offline) next = std::min(next, slot.retry_at);
    if (slot.client.state() == Client::State::sleeping) next = std::min(next, slot.client.wake_at());
  }
  return next;
}

bool TrafficLoop::idle() const {
  return dispatcher_->waiting() == 0 &&
         std::all_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.client.operation(); });
}

void TrafficLoop::wind_up() {
  const Duration now = clock_.now();
  const auto busy = [](const Slot& slot) { return slot.client.operation().has_value(); };
  PGR_CHECK(std::count_if(slots_.begin(), slots_.end(), busy) == static_cast<std::ptrdiff_t>(dispatcher_->in_flight()));
  dispatcher_->shed_all(now);
  for (Slot& slot : slots_) {
    if (slot.client.operation()) ledger_->leave_in_flight(slot.client.operation()->entry, now);
    slot.client.abandon();
  }
  ledger_->close();
}

}  // namespace pgrehearse::load
