#include "harness/observe/machine_facts.hpp"

#include <sys/utsname.h>

#include <charconv>
#include <thread>

#include "harness/base/files.hpp"

namespace pgrehearse::observe {
namespace {

std::string content_of(const char* path) { return base::read_file(path).value_or(""); }

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\"");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\"") - begin + 1);
}

// The value of the first line "name<separator>value".
std::string_view value_of(std::string_view text, std::string_view name, char separator) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto at = line.find(separator);
    if (at != std::string_view::npos && trimmed(line.substr(0, at)) == name) return trimmed(line.substr(at + 1));
  }
  return {};
}

}  // namespace

std::string processor_of(std::string_view cpuinfo) {
  const auto model = value_of(cpuinfo, "model name", ':');
  return std::string(model.empty() ? value_of(cpuinfo, "Model", ':') : model);  // "Model" on ARM boards
}

std::uint64_t memory_bytes_of(std::string_view meminfo) {
  const auto total = value_of(meminfo, "MemTotal", ':');
  std::uint64_t kilobytes = 0;
  std::from_chars(total.data(), total.data() + total.size(), kilobytes);
  return kilobytes * 1024;
}

std::string distribution_of(std::string_view os_release) {
  return std::string(value_of(os_release, "PRETTY_NAME", '='));
}

record::MachineFacts read_machine() {
  record::MachineFacts facts;
  utsname kernel{};
  if (::uname(&kernel) == 0) {
    facts.name = kernel.nodename;
    const std::string distribution = distribution_of(content_of("/etc/os-release"));
    facts.system = (distribution.empty() ? "" : distribution + ", ") + kernel.sysname + " " + kernel.release;
  }
  facts.processor = processor_of(content_of("/proc/cpuinfo"));
  facts.cores = static_cast<int>(std::thread::hardware_concurrency());
  facts.memory_bytes = memory_bytes_of(content_of("/proc/meminfo"));
  return facts;
}

}  // namespace pgrehearse::observe
