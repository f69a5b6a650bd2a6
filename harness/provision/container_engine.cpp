#include "harness/provision/container_engine.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "harness/base/subprocess.hpp"

namespace pgrehearse::provision {
namespace {

constexpr auto answer_deadline = std::chrono::seconds(10);
constexpr const char* install_hint = "apt-get install docker.io (or podman), start it, and see `pgrehearse doctor`";

std::string trimmed(const std::string& text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  return end == std::string::npos ? "" : text.substr(0, end + 1);
}

std::string last_line(const std::string& text) {
  const std::string lines = trimmed(text);
  const auto start = lines.rfind('\n');
  return start == std::string::npos ? lines : lines.substr(start + 1);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string answer(const std::vector<std::string>& command) {
  const auto output = base::run({.arguments = command}, answer_deadline);
  return output && output->exit_status == 0 ? trimmed(output->out) : "";
}

// DOCKER_HOST wins over the context, as it does for docker itself.
std::string endpoint_of(const EngineFinding& engine) {
  if (engine.name == "podman") return environment("CONTAINER_HOST");
  const std::string host = environment("DOCKER_HOST");
  if (!host.empty()) return host;
  return answer({engine.program, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"});
}

EngineFinding ask(const std::string& name, const std::string& program) {
  EngineFinding engine{name, base::find_program(program).value_or(""), "", "", ""};
  if (engine.program.empty()) {
    engine.trouble = "not installed";
    return engine;
  }
  engine.endpoint = endpoint_of(engine);
  const char* format = name == "podman" ? "{{.Version.Version}}" : "{{.Server.Version}}";
  const char* subject = name == "podman" ? "info" : "version";
  const auto output = base::run({.arguments = {engine.program, subject, "--format", format}}, answer_deadline);
  if (!output) {
    engine.trouble = output.errors().front().message;
  } else if (output->exit_status != 0) {
    engine.trouble = last_line(output->err);
  } else {
    engine.version = trimmed(output->out);
    if (!is_on_this_machine(engine.endpoint)) {
      engine.trouble =
          fmt::format("it runs on another machine ({}), on whose loopback its servers would listen", engine.endpoint);
    }
  }
  return engine;
}

}  // namespace

bool is_on_this_machine(const std::string& endpoint) {
  if (endpoint.empty() || endpoint.starts_with("unix://") || endpoint.starts_with("npipe://")) return true;
  const auto start = endpoint.find("://");
  if (start == std::string::npos) return endpoint.starts_with("/");
  std::string host = endpoint.substr(start + 3);
  host = host.substr(0, host.find('/'));
  if (const auto user = host.rfind('@'); user != std::string::npos) host = host.substr(user + 1);
  return host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
}

std::string way_out(const std::string& words) {
  static constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"catatonit", "apt-get install catatonit: podman starts containers with it"},
      {"error setting rlimit",
       "this root may not raise its limits: use docker, or give podman lower ones "
       "(default_ulimits in containers.conf)"},
      {"No space left on device", "free some disk space where the engine keeps its data"},
      {"permission denied while trying to connect", "add yourself to the group docker, or use sudo or rootless podman"},
  };
  for (const auto& [symptom, hint] : known) {
    if (words.find(symptom) != std::string::npos) return std::string(hint);
  }
  return "";
}

std::vector<EngineFinding> ContainerEngine::list() { return {ask("docker", "docker"), ask("podman", "podman")}; }

base::Result<ContainerEngine> ContainerEngine::find(const std::string& chosen) {
  std::vector<EngineFinding> candidates;
  if (chosen.empty()) {
    candidates = list();
  } else {
    const std::string name = std::filesystem::path(chosen).filename();
    candidates = {ask(name.find("podman") == std::string::npos ? "docker" : "podman", chosen)};
  }
  std::string troubles;
  for (EngineFinding& engine : candidates) {
    if (engine.usable()) return ContainerEngine(std::move(engine));
    troubles += fmt::format("{}{}: {}", troubles.empty() ? "" : "; ", engine.name, engine.trouble);
  }
  return base::environment_error("no container engine can be used: " + troubles, install_hint);
}

base::Result<std::string> ContainerEngine::call(const std::vector<std::string>& arguments, const std::string& doing,
                                                base::Duration deadline, const base::Cancellation* cancellation) const {
  std::vector<std::string> command{found_.program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto output = base::run({.arguments = std::move(command)}, deadline, cancellation);
  if (!output) return output.errors();
  if (output->exit_status == 0) return trimmed(output->out);
  return base::environment_error(fmt::format("while {}: {} says: {}", doing, found_.name, last_line(output->err)),
                                 way_out(output->err));
}

}  // namespace pgrehearse::provision
