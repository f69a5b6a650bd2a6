// What an adversary does in one stand: a class for each kind, each in a file of its own. Private to this module.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/load/adversary.hpp"

namespace pgrehearse::load {

// The driver (adversary.cpp) calls connect(), take(), keep(), release(), restore() in this order; after a take() that
// failed it goes on with release(). connect() is called before the stand has a thread, all others from that thread;
// these may throw postgres::Failure.
class Act {
 public:
  explicit Act(const Scene& scene) : scene_(scene) {}
  virtual ~Act() = default;
  Act(const Act&) = delete;
  Act& operator=(const Act&) = delete;

  // What cannot be had at all is said here.
  virtual base::Status connect() = 0;
  // Takes its place, and records "holds" with what it has; an error says why it cannot. Returns soon once `ended` is
  // cancelled, with the help of interrupt().
  virtual base::Status take(const base::Cancellation& ended) = 0;
  // Stays until it has done so for the scene's `hold`, or `ended` is cancelled, or there is nothing to stay for.
  virtual void keep(const base::Cancellation& ended) = 0;
  // Gives back locks and sessions.
  virtual void release() = 0;
  // Puts back everything else that it changed on the server. Sessions of its own: a late cancel request of interrupt()
  // cannot meet them.
  virtual void restore() {}

  // From another thread, again and again from the end of `ended` until release(): cancels the statement that take() or
  // keep() waits for.
  virtual void interrupt() {}

  virtual int backend_pid() const { return -1; }
  // What it did in all, for the record of its end; empty: nothing that need be said.
  virtual std::string outcome() const { return {}; }

 protected:
  const Scene& scene() const { return scene_; }
  std::string table_name() const { return postgres::quote_qualified(scene_.schema, scene_.table); }
  void record(const char* step, int backend_pid, std::string detail = {},
              std::optional<base::Duration> took = {}) const;

 private:
  const Scene& scene_;
};

// Why a connection was refused, in the server's words where it has any: the rest names the place once more.
std::string refusal(const base::Errors& errors);

// One that does all of it in one session of its own.
class SessionAct : public Act {
 public:
  enum class As { application, administrator };
  SessionAct(const Scene& scene, As role) : Act(scene), role_(role) {}

  base::Status connect() override;
  void release() override;
  void interrupt() override { session_->cancel(); }
  int backend_pid() const override { return pid_; }

 protected:
  postgres::Session& session() { return *session_; }
  // An error unless the statements succeed.
  base::Status must(const std::string& sql);

 private:
  As role_;
  std::unique_ptr<postgres::Session> session_;
  int pid_ = -1;
};

// ACCESS SHARE on the table, busy or idle.
std::unique_ptr<Act> make_reader(const Scene& scene);
// pg_dump itself, or its locks by SQL.
std::unique_ptr<Act> make_dump(const Scene& scene);
// A worker of autovacuum, ordinary or to prevent wraparound; VACUUM by a session on a server that is not ours.
std::unique_ptr<Act> make_vacuum(const Scene& scene);
// UPDATEs over the table, a batch a transaction.
std::unique_ptr<Act> make_batch_update(const Scene& scene);
// A DDL in an open transaction. Records "asks", then "holds" or "gave up".
std::unique_ptr<Act> make_second_ddl(const Scene& scene);
// ROW EXCLUSIVE on the table, held by a prepared transaction.
std::unique_ptr<Act> make_prepared_transaction(const Scene& scene);
// Many connections at once.
std::unique_ptr<Act> make_connection_burst(const Scene& scene);
// Connects again and again. Records each try as "connected" or "refused".
std::unique_ptr<Act> make_admin(const Scene& scene);

// By the kind in the scene's settings.
std::unique_ptr<Act> make_act(const Scene& scene);

}  // namespace pgrehearse::load
