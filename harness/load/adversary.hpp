// A session that stands in the migration's way, as production has them: it reads a table in a transaction and keeps the
// ACCESS SHARE lock, either busy (a long report) or doing nothing (an application that forgot its transaction). Neither
// blocks ordinary traffic. What blocks the traffic is the migration that waits for them, with all others queued behind.
#pragma once

#include <memory>
#include <string>

#include "harness/base/clock.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/recorder.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

// Connects as application "pgrehearse:adversary:<name>" and records AdversaryStep events: "began" (connected), "holds"
// (has its lock), "ended". begin() and end() from one thread; each begin() is one stand.
class Adversary {
 public:
  // Reads `schema`.`table`. Clock and recorder must outlive the adversary.
  Adversary(const base::Clock& clock, record::Recorder& recorder, postgres::Target target, std::string pass,
            scenario::Adversary settings, std::string schema, std::string table);
  ~Adversary();

  // Returns once it has its lock, which it keeps for `hold` and then gives back by itself. An error when it cannot get
  // it: no connection, no such table, or not within ten seconds.
  base::Status begin();
  // Ends the stand at once if it still lasts. All steps are recorded when this returns.
  void end();

 private:
  struct Stand;

  const base::Clock& clock_;
  record::Recorder& recorder_;
  postgres::Target target_;
  std::string pass_;
  scenario::Adversary settings_;
  std::string schema_, table_;
  std::unique_ptr<Stand> stand_;
};

}  // namespace pgrehearse::load
