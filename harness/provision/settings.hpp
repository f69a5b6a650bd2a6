// The settings of a private server: which are ours, which are the user's, and which change between loading and
// measuring.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::provision {

using Settings = std::map<std::string, std::string>;

// All mistakes in the user's settings that can be told without a server: names and values that a configuration file
// cannot hold, and settings on which this program depends.
base::Status check_settings(const Settings& wanted);

// Why this program does not let a setting be chosen; none: it may be. The name in lower case.
std::optional<std::string> refusal_of(const std::string& name);

// What a private server's place fixes.
struct Fixed {
  std::string socket_folder;     // empty: none of its own
  std::string listen_addresses;  // empty: the socket alone
  std::string log_folder;        // as the server knows it
  int major = 0;
  bool statements_library = false;  // pg_stat_statements can be loaded
};

// Weakest first: sized from the machine, the mode's, the user's, the fixed ones; when relaxed, the mode's win over the
// user's, because a server with wal_level=minimal refuses some of them.
Settings server_settings(Mode mode, const Settings& wanted, const Fixed& fixed, std::uint64_t memory_bytes);
// As a configuration file.
std::string configuration_file(const Settings& settings);

// What this process may use of the machine's memory: the smaller of the memory and the control group's limit.
std::uint64_t usable_memory_bytes();

}  // namespace pgrehearse::provision
