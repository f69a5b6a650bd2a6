// A container engine through its command line, docker's or podman's: both take the same words for what is needed here,
// and both honour their own environment (DOCKER_HOST, DOCKER_CONTEXT, CONTAINER_HOST) and contexts.
#pragma once

#include <string>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::provision {

struct EngineFinding {
  std::string name;      // docker, podman
  std::string program;   // path; empty: not installed
  std::string version;   // of the engine behind it; empty: none answers
  std::string endpoint;  // "unix:///var/run/docker.sock"; empty: unknown, or none needed
  std::string trouble;   // why it cannot be used; empty: it can
  bool usable() const { return trouble.empty(); }
};

// Whether a port that the engine publishes on its loopback is one of ours.
bool is_on_this_machine(const std::string& endpoint);

// What to do about an engine's failure that is known, from its own last words; else empty.
std::string way_out(const std::string& words);

class ContainerEngine {
 public:
  // docker and podman, in this order of preference. Asks each for a few seconds at most.
  static std::vector<EngineFinding> list();
  // `chosen`: a name or path; empty: the first of list() that is usable.
  static base::Result<ContainerEngine> find(const std::string& chosen);

  explicit ContainerEngine(EngineFinding found) : found_(std::move(found)) {}
  const EngineFinding& found() const { return found_; }

  // Runs the engine's program; its standard output without the last line break. That it fails is an error, told as one
  // that happened while `doing`, with its own last words.
  base::Result<std::string> call(const std::vector<std::string>& arguments, const std::string& doing,
                                 base::Duration deadline, const base::Cancellation* cancellation = nullptr) const;

 private:
  EngineFinding found_;
};

}  // namespace pgrehearse::provision
