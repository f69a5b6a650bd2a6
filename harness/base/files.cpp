#include "harness/base/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace pgrehearse::base {

std::optional<std::string> read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string content;
  std::array<char, 65536> buffer;
  for (;;) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      const int failure = errno;
      ::close(fd);
      errno = failure;
      return got == 0 ? std::optional(std::move(content)) : std::nullopt;
    }
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace pgrehearse::base
