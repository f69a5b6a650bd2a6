// The time-outs that an application sets for each of its scripts: a session is told by SET when the next script's
// differ from those that it has. Private to this module.
#pragma once

#include <string>
#include <vector>

#include "harness/load/script.hpp"

namespace pgrehearse::load {

// Immutable. Settings are numbered; 0 are those of the traffic, with which every session starts.
class SessionSettings {
 public:
  explicit SessionSettings(const std::vector<Script>& scripts);

  std::size_t of(std::size_t script) const { return by_script_[script]; }
  // What gives a session these settings, whatever it had before.
  const std::string& sql(std::size_t settings) const { return texts_[settings]; }

 private:
  std::vector<std::string> texts_;
  std::vector<std::size_t> by_script_;
};

// In the form of a setting: "1500ms", at least 1 ms, because 0 means none; zero is none.
std::string timeout_setting(base::Duration limit);

}  // namespace pgrehearse::load
