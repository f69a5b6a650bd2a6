// The folder that holds all of a private cluster, and the marker in it that says whose it is: so that a later process
// can tell a cluster whose owner was killed from one that is in use, and from anything that merely looks like one.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "harness/base/result.hpp"
#include "harness/provision/owner.hpp"

namespace pgrehearse::provision {

inline constexpr const char* folder_prefix = "pgrehearse-";
inline constexpr const char* marker_name = "pgrehearse-cluster";

// The user as whom the server runs: PostgreSQL refuses root.
struct ServerUser {
  std::string name;  // empty: as ourselves
  uid_t uid = 0;
  gid_t gid = 0;
};
base::Result<ServerUser> choose_server_user();
ServerUser ourselves();

// $TMPDIR, else /tmp.
std::string default_temp_folder();

// A new folder <temp_folder>/pgrehearse-XXXXXX, mode 0700, of `user`, with its marker.
base::Result<std::string> make_private_folder(const std::string& temp_folder, const ServerUser& user,
                                              const Owner& owner);
// What the marker says; nothing when there is none that this user's pgrehearse wrote.
std::optional<Owner> read_marker(const std::string& folder);
base::Status remove_private_folder(const std::string& folder);

// A small file for the server's eyes only, mode 0600.
base::Status write_server_file(const std::string& path, const std::string& content, const ServerUser& user);

}  // namespace pgrehearse::provision
