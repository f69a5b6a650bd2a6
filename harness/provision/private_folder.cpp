#include "harness/provision/private_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "harness/base/files.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;

constexpr const char* marker_name = "pgrehearse-cluster";
constexpr const char* marker_title = "private cluster of pgrehearse";

base::Error system_error(const std::string& doing) {
  const int number = errno;
  return base::environment_error(fmt::format("cannot {}: {}", doing, std::strerror(number)),
                                 number == ENOSPC ? "free some space, or set TMPDIR to a folder on another disk"
                                                  : "set TMPDIR to a folder that can be written");
}

// Field 22 of /proc/<pid>/stat; empty when there is no such process. The second field may hold blanks and parentheses.
std::string start_of(pid_t pid) {
  const std::string text = base::read_file(fmt::format("/proc/{}/stat", pid)).value_or("");
  const auto after_name = text.rfind(')');
  if (after_name == std::string::npos) return "";
  std::istringstream fields(text.substr(after_name + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  return field;
}

std::string pid_namespace() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/ns/pid", ignored).string();
}

base::Status write_private(const std::string& path, const std::string& content, uid_t uid, gid_t gid) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return system_error("create " + path);
  const bool written = ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                       ::fchown(fd, uid, gid) == 0;
  const auto failure = written ? std::nullopt : std::optional(system_error("write " + path));
  ::close(fd);
  if (failure) return *failure;
  return base::success();
}

std::string marker_text(const Owner& owner) {
  std::string label = owner.label;
  std::replace(label.begin(), label.end(), '\n', ' ');
  return fmt::format("{}\npid={}\nstart={}\nnamespace={}\nlabel={}\n", marker_title, owner.pid, owner.start,
                     owner.name_space, label);
}

// Written by this very user: whoever else can write into the temporary folder must not make us remove things.
bool is_our_file(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

}  // namespace

base::Result<ServerUser> choose_server_user() {
  if (::geteuid() != 0) return ServerUser{"", ::geteuid(), ::getegid()};
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = ::getpwnam(name)) return ServerUser{name, entry->pw_uid, entry->pw_gid};
  }
  return base::environment_error("the server must not run as root, and there is no user postgres or nobody",
                                 "add a user named postgres, or run as an ordinary user");
}

bool Owner::alive() const { return name_space != pid_namespace() || start_of(pid) == start; }

Owner this_process(const std::string& label) { return {::getpid(), start_of(::getpid()), pid_namespace(), label}; }

std::string default_temp_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
}

base::Result<std::string> make_private_folder(const std::string& temp_folder, const ServerUser& user,
                                              const Owner& owner) {
  std::string path = fmt::format("{}/{}XXXXXX", temp_folder, folder_prefix);
  if (::mkdtemp(path.data()) == nullptr) return system_error("make a folder in " + temp_folder);
  const auto marked = write_private(path + "/" + marker_name, marker_text(owner), ::geteuid(), ::getegid());
  if (!marked || ::chown(path.c_str(), user.uid, user.gid) != 0) {
    auto errors = marked ? base::Errors{system_error("hand over " + path)} : marked.errors();
    std::error_code ignored;
    fs::remove_all(path, ignored);
    return errors;
  }
  return path;
}

std::optional<Owner> read_marker(const std::string& folder) {
  const std::string path = folder + "/" + marker_name;
  if (!fs::is_directory(fs::symlink_status(folder)) || !is_our_file(path)) return {};
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line != marker_title) return {};
  std::map<std::string, std::string> fields;
  while (std::getline(file, line)) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) fields[line.substr(0, equals)] = line.substr(equals + 1);
  }
  Owner owner{std::atoi(fields["pid"].c_str()), fields["start"], fields["namespace"], fields["label"]};
  if (owner.pid <= 0 || owner.start.empty()) return {};
  return owner;
}

base::Status remove_private_folder(const std::string& folder) {
  std::error_code failure;
  fs::remove_all(folder, failure);
  if (failure) {
    return base::environment_error(fmt::format("cannot remove {}: {}", folder, failure.message()), "remove it by hand");
  }
  return base::success();
}

base::Status write_server_file(const std::string& path, const std::string& content, const ServerUser& user) {
  return write_private(path, content, user.uid, user.gid);
}

}  // namespace pgrehearse::provision
