// Sessions that stand in the migration's way, as production has them: a long report, a transaction that somebody
// forgot, a backup, autovacuum, a batch job, another deploy, too many connections. Most do not block ordinary traffic.
// What blocks the traffic is the migration that waits for them, with all others queued behind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/recorder.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

// Where an adversary acts, and as what. Clock and recorder must outlive it.
struct Scene {
  const base::Clock& clock;
  record::Recorder& recorder;
  postgres::Target target;                          // of the application's role
  postgres::Target administrator;                   // of the tables' owner; a superuser on a server of ours
  bool server_is_ours = true;                       // its settings may be changed for the time of a stand
  std::vector<std::string> program_folders = {""};  // where pg_dump may be; an empty name stands for PATH
  std::string pass;
  scenario::Adversary settings;
  std::string schema, table;  // what it is about
};

// Its sessions are application "pgrehearse:adversary:<name>". Records AdversaryStep events: "began", "holds" (has its
// locks, or is at work), "ended", and what its kind has beside (acts.hpp). begin() and end() from one thread; each
// begin() is one stand.
class Adversary {
 public:
  explicit Adversary(Scene scene);
  ~Adversary();

  // Returns once it has taken its place, in which it stays for `hold` and which it then leaves by itself. An error when
  // it cannot take it: no connection, no such table, not within half a minute, or `cancellation` says so; then it has
  // left again, as after end().
  base::Status begin(const base::Cancellation* cancellation = nullptr);
  // Ends the stand at once if it still lasts. Everything that it changed is as before, and all steps are recorded, when
  // this returns.
  void end();

 private:
  struct Stand;

  const Scene scene_;
  std::unique_ptr<Stand> stand_;
};

}  // namespace pgrehearse::load
