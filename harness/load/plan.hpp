// The whole plan of a pass's open-loop traffic: which operation is due when, of which script, drawing which values. A
// pure function of scripts, rates and seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/load/schedule.hpp"

namespace pgrehearse::load {

// What the plan needs to know of a script.
struct Share {
  std::string name;
  double weight = 1;
  std::optional<double> rate_per_s;  // its own; none: its part of the common rate, by weight
  scenario::Timetable timetable{};   // its own, instead of a rate; empty: none
};

// How much is to be done.
struct Demand {
  double rate_per_s = 200;          // of all scripts that have no plan of their own
  scenario::Timetable timetable{};  // instead of the rate; empty: none
  Arrivals arrivals = Arrivals::constant;
  bool timed = true;  // false: which operation follows which is all that is asked of the plan (a closed loop)
  // Only every `slices`-th operation, beginning with number `slice`: the slices together are the whole plan.
  std::uint64_t slice = 0, slices = 1;
};

struct Planned {
  Duration due{};                     // since the start of the traffic, of a timed plan
  std::optional<std::size_t> script;  // none: all scripts of its rate rest, and nothing is to be sent
  base::Seed seed;                    // for the values that it draws
};

// The operations in order of time. Not thread-safe.
class Plan {
 public:
  Plan(const std::vector<Share>& shares, const Demand& demand, base::Seed seed);

  // When the next operation is due, of a timed plan; Schedule::never when none is any more.
  Duration next_due() const { return streams_[soonest_].due; }
  Planned take();
  // From the next operation on only these scripts run (empty: all); those of them that share a rate share all of it.
  // The times of the plan stay as they are.
  void activate(const std::vector<bool>& active);
  bool any_active() const { return any_active_; }

 private:
  // Scripts that share one rate.
  struct Stream {
    Schedule schedule;
    base::Seed seed;
    std::vector<std::size_t> scripts;
    std::vector<double> weights;         // while all of them are active
    std::vector<double> active_weights;  // 0: rests
    std::uint64_t number = 0;            // of the next operation
    Duration due{};
    bool active = true;  // some script of it is
  };
  void find_soonest();

  std::vector<Stream> streams_;
  std::uint64_t slices_;
  bool timed_;
  std::size_t soonest_ = 0;
  bool any_active_ = true;
};

}  // namespace pgrehearse::load
