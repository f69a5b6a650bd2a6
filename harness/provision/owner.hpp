// Whose is a folder, a container, a database that a run made? Written on each of them, so that a later process can tell
// what a killed run left behind from what is in use, and from anything that merely looks like it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace pgrehearse::provision {

// A process is named by its id and start time, because ids are used again; by its namespace, because another
// container's processes look dead from here; by boot and machine, because both numbers begin anew with each.
struct Owner {
  pid_t pid = 0;
  std::string start;       // in clock ticks since boot (field 22 of /proc/<pid>/stat)
  std::string name_space;  // "pid:[4026531836]"
  std::string boot;        // /proc/sys/kernel/random/boot_id
  std::string machine;     // /etc/machine-id; empty: it has none
  bool keep = false;       // what it made stays when it ends, until somebody asks for its removal
  std::string label;       // of the run, for people

  // Whether it may still run. What cannot be seen from here counts as alive.
  bool alive() const;
};

Owner this_process(const std::string& label, bool keep = false);

// On one line; read_owner() gives nothing for any other text.
std::string to_text(const Owner& owner);
std::optional<Owner> read_owner(const std::string& text);

}  // namespace pgrehearse::provision
