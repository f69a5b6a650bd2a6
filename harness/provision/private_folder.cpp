#include "harness/provision/private_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "harness/base/files.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;

base::Error system_error(const std::string& doing) {
  const int number = errno;
  return base::environment_error(fmt::format("cannot {}: {}", doing, std::strerror(number)),
                                 number == ENOSPC ? "free some space, or set TMPDIR to a folder on another disk"
                                                  : "set TMPDIR to a folder that can be written");
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

// Written by this very user: whoever else can write into the temporary folder must not make us remove things.
bool is_our_file(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

}  // namespace

ServerUser ourselves() { return {"", ::geteuid(), ::getegid()}; }

base::Result<ServerUser> choose_server_user() {
  if (::geteuid() != 0) return ourselves();
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = ::getpwnam(name)) return ServerUser{name, entry->pw_uid, entry->pw_gid};
  }
  return base::environment_error("the server must not run as root, and there is no user postgres or nobody",
                                 "add a user named postgres, or run as an ordinary user");
}

std::string default_temp_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
}

base::Result<std::string> make_private_folder(const std::string& temp_folder, const ServerUser& user,
                                              const Owner& owner) {
  std::string path = fmt::format("{}/{}XXXXXX", temp_folder, folder_prefix);
  if (::mkdtemp(path.data()) == nullptr) return system_error("make a folder in " + temp_folder);
  const auto marked = write_private(path + "/" + marker_name, to_text(owner) + "\n", ::geteuid(), ::getegid());
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
  const std::string text = base::read_file(path).value_or("");
  return read_owner(text.substr(0, text.find('\n')));
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
