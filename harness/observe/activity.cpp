#include "harness/observe/activity.hpp"

#include <algorithm>
#include <set>

namespace pgrehearse::observe {
namespace {

// The waiters for the same lock, longest first.
std::vector<int> queue_of(const SessionSeen& session, const std::vector<SessionSeen>& sessions) {
  std::vector<const SessionSeen*> waiting;
  for (const SessionSeen& other : sessions) {
    if (other.waits && other.object == session.object) waiting.push_back(&other);
  }
  const auto waited = [](const SessionSeen* seen) { return seen->waited.value_or(base::Duration::zero()); };
  std::stable_sort(waiting.begin(), waiting.end(),
                   [&](const SessionSeen* a, const SessionSeen* b) { return waited(a) > waited(b); });
  std::vector<int> pids;
  for (const SessionSeen* seen : waiting) pids.push_back(seen->pid);
  return pids;
}

}  // namespace

record::ActivitySample summarise(const std::vector<SessionSeen>& sessions, base::Duration at,
                                 const std::string& database) {
  record::ActivitySample sample;
  sample.at = at;
  sample.database = database;
  std::map<std::string, int> queues;  // by the lock that is waited for
  std::set<int> blockers, waiters;
  for (const SessionSeen& session : sessions) {
    if (session.waits) waiters.insert(session.pid);
    if (!session.in_database) continue;
    sample.active += session.state == "active";
    sample.idle_in_transaction += session.state.starts_with("idle in transaction");
    if (!session.waits) continue;
    ++sample.waiting;
    sample.longest_queue = std::max(sample.longest_queue, ++queues[session.object]);
    blockers.insert(session.blockers.begin(), session.blockers.end());
  }
  std::set_difference(blockers.begin(), blockers.end(), waiters.begin(), waiters.end(),
                      std::back_inserter(sample.root_blockers));
  return sample;
}

bool SampledWaits::same_wait(const Open& open, const SessionSeen& session) {
  if (open.wait.mode != session.mode || open.wait.object != session.object) return false;
  return open.since.empty() || session.since.empty() || open.since == session.since;
}

SampledWaits::Open SampledWaits::begin(const SessionSeen& session, base::Duration at) const {
  Open open;
  open.relation = session.relation;
  open.wait.source = "sampler";
  open.wait.database = database_;
  open.wait.pid = session.pid;
  open.wait.application = session.application;
  open.wait.mode = session.mode;
  open.wait.object = session.object;
  open.wait.start = at;
  open.wait.statement = session.statement;
  return open;
}

record::LockWait SampledWaits::end(Open open, record::WaitEnd how) const {
  if (open.relation) open.wait.relation = names_.of(*open.relation).value_or("");
  open.wait.end = how;
  return std::move(open.wait);
}

std::vector<record::LockWait> SampledWaits::update(const std::vector<SessionSeen>& sessions, base::Duration at) {
  std::vector<record::LockWait> ended;
  for (auto& [pid, open] : open_) open.seen = false;
  for (const SessionSeen& session : sessions) {
    if (!session.waits || !session.in_database) continue;
    const auto found = open_.find(session.pid);
    if (found != open_.end() && !same_wait(found->second, session)) {
      ended.push_back(end(std::move(open_.extract(found).mapped()), record::WaitEnd::acquired));
    }
    Open& open = open_.try_emplace(session.pid, begin(session, at)).first->second;
    open.seen = true;
    if (open.since.empty()) open.since = session.since;
    if (open.wait.holders.empty()) open.wait.holders = session.blockers;
    if (open.wait.queue.empty()) open.wait.queue = queue_of(session, sessions);
    if (session.waited) open.wait.start = std::min(open.wait.start, at - *session.waited);
    open.wait.duration = at - open.wait.start;
  }
  for (auto next = open_.begin(); next != open_.end();) {
    const auto current = next++;
    if (!current->second.seen)
      ended.push_back(end(std::move(open_.extract(current).mapped()), record::WaitEnd::acquired));
  }
  return ended;
}

std::vector<record::LockWait> SampledWaits::finish() {
  std::vector<record::LockWait> left;
  for (auto& [pid, open] : open_) left.push_back(end(std::move(open), record::WaitEnd::unresolved));
  open_.clear();
  return left;
}

}  // namespace pgrehearse::observe
