#include "harness/provision/owner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "harness/base/files.hpp"

namespace pgrehearse::provision {
namespace {

constexpr const char* title = "pgrehearse";

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
  return std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
}

std::string line_of(const char* path) {
  const std::string text = base::read_file(path).value_or("");
  return text.substr(0, text.find('\n'));
}

std::string boot_id() { return line_of("/proc/sys/kernel/random/boot_id"); }
std::string machine_id() { return line_of("/etc/machine-id"); }

}  // namespace

bool Owner::alive() const {
  if (machine != machine_id()) return true;
  if (boot != boot_id()) return false;
  return name_space != pid_namespace() || start_of(pid) == start;
}

Owner this_process(const std::string& label, bool keep) {
  return {::getpid(), start_of(::getpid()), pid_namespace(), boot_id(), machine_id(), keep, label};
}

// The label comes last, because it may hold blanks.
std::string to_text(const Owner& owner) {
  std::string label = owner.label;
  std::replace(label.begin(), label.end(), '\n', ' ');
  return fmt::format("{} pid={} start={} namespace={} boot={} machine={} keep={:d} label={}", title, owner.pid,
                     owner.start, owner.name_space, owner.boot, owner.machine, owner.keep, label);
}

std::optional<Owner> read_owner(const std::string& text) {
  std::istringstream words(text);
  std::string word;
  if (!(words >> word) || word != title) return {};
  const auto field = [&](const std::string& name) -> std::string {
    const std::string key = name + "=";
    return words >> word && word.starts_with(key) ? word.substr(key.size()) : "";
  };
  Owner owner;
  owner.pid = std::atoi(field("pid").c_str());
  owner.start = field("start");
  owner.name_space = field("namespace");
  owner.boot = field("boot");
  owner.machine = field("machine");
  owner.keep = field("keep") == "1";
  owner.label = field("label");
  std::string rest;
  std::getline(words, rest);
  owner.label += rest;
  if (owner.pid <= 0 || owner.start.empty() || owner.name_space.empty()) return {};
  return owner;
}

}  // namespace pgrehearse::provision
