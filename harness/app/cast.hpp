// Who takes part in a pass beside the migration: the applications with their scripts, and the adversaries.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/app/stage.hpp"
#include "harness/load/adversary.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

// ---- applications ----

// The scripts of all applications in one list, named "old:read"; empty without applications.
std::vector<scenario::Script> application_scripts(const scenario::Scenario& scenario);
// Which of these run in the phase; empty without applications: all do.
std::vector<bool> active_scripts(const scenario::Scenario& scenario, const std::string& phase);
// Says in the record which script is whose.
void record_applications(const Stage& stage, const std::string& pass);

// ---- adversaries ----

// Settings of a server of ours without which some of the scenario's adversaries could not act; those that the scenario
// sets itself win.
std::map<std::string, std::string> settings_for_adversaries(const scenario::Scenario& scenario);

// The adversaries of one pass, and their tables as positions in the shape of the tables.
struct Part {
  const scenario::Adversary* adversary = nullptr;
  std::size_t table = 0;
};

class Adversaries {
 public:
  // In the database of the pass. Stage, parts and server must outlive this.
  Adversaries(const Stage& stage, const provision::Server& server, const std::string& database, const std::string& pass,
              const std::vector<Part>& parts, const generators::Generator& tables);

  // Ends what still lasts, and begins anew: each as long before the return as its `lead` says. An adversary that cannot
  // begin is an error where its table was named, else a notice: the table may be one that `up` has just dropped.
  base::Status begin(const std::string& step);
  void end();

 private:
  struct Player {
    const scenario::Adversary* settings;
    std::unique_ptr<load::Adversary> adversary;
  };
  base::Status begin(Player& player, const std::string& step);

  const Stage& stage_;
  std::string pass_;
  std::vector<Player> players_;  // the longest lead first
};

}  // namespace pgrehearse::app
