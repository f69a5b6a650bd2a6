// What the statements of one transaction really did, read on the migration's own session between them, because until
// the commit no other session sees it: locks gained (pg_locks), tables rewritten (another relfilenode), tables read
// from end to end (the backend's own scan counters, which count the scans that DDL makes to validate or to build).
//
// Cost: one query after each statement, 0.6 ms on a machine with nothing else to do (reading the WAL adds 0.1 ms). It
// is outside the statement's times, but the transaction holds its locks that much longer.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/migrate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

struct GainedLock {
  Oid oid = 0;
  std::string relation, mode;
  bool existed_before = true;  // before the transaction
};

struct Effects {
  std::vector<GainedLock> locks;
  std::vector<std::string> rewrites, scans;
};

// One for each transaction. Not thread-safe. Functions throw postgres::Failure.
class TransactionProbe {
 public:
  // `before`: the relations as they stood when the transaction began; it must outlive the probe.
  TransactionProbe(postgres::Session& session, const Catalog& before) : session_(session), before_(before) {}

  // Right after BEGIN. Before PostgreSQL 15 the backend's counters may still hold an earlier transaction's scans.
  void begin();
  // What came since the last look. Inside the transaction, which must not have failed.
  Effects look();
  // A lock that another session saw this transaction hold, if it is news; for statements after which look() cannot be
  // called.
  bool is_news(Oid oid, const std::string& mode) const { return !held_.contains({oid, mode}); }
  // The relations as this transaction leaves them, for the next one once this has committed.
  Catalog after() const;

 private:
  struct Scans {
    std::int64_t count = 0, rows = 0;
  };
  const Relation* find(Oid oid) const;
  bool scanned(Oid oid, const Relation& relation, Scans now);

  postgres::Session& session_;
  const Catalog& before_;
  Catalog seen_;  // created or changed in this transaction
  std::set<std::pair<Oid, std::string>> held_;
  std::map<Oid, Scans> scans_;
};

}  // namespace pgrehearse::migrate
