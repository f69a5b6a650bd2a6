#include "harness/provision/container_server.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <sstream>

#include "harness/base/files.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/base/units.hpp"
#include "harness/provision/administration.hpp"
#include "harness/provision/configuration_check.hpp"
#include "harness/provision/container_engine.hpp"
#include "harness/provision/container_image.hpp"
#include "harness/provision/containers.hpp"
#include "harness/provision/leftovers.hpp"
#include "harness/provision/private_folder.hpp"
#include "harness/provision/readiness.hpp"

namespace pgrehearse::provision {
namespace {

using namespace std::chrono_literals;

constexpr auto short_deadline = 30s;
constexpr auto shutdown_deadline = 5min;  // a checkpoint of all that was loaded
constexpr const char* configuration_path = "/pgrehearse.conf";
constexpr const char* trial_path = "/pgrehearse.trial.conf";
constexpr const char* password_path = "/pgrehearse.password";

// Parallel queries keep their shared memory in /dev/shm, of which an engine gives 64 MB: too little for a hash join.
std::string shm_size(std::uint64_t memory_bytes) {
  constexpr std::uint64_t GiB = 1024ull * 1024 * 1024;
  return std::to_string(std::clamp<std::uint64_t>(memory_bytes / 4, GiB / 4, 2 * GiB));
}

std::uint64_t memory_of(const scenario::Server& wanted) {
  return std::min(wanted.memory_bytes.value_or(usable_memory_bytes()), usable_memory_bytes());
}

}  // namespace

struct ContainerServer::State {
  ServerOptions options;
  ContainerEngine engine;
  ContainerImage image;
  std::string folder;  // of ours, for files on their way into the container
  std::string name;
  Fixed fixed;
  int port = 0;
  const base::Cancellation* cancellation;
  bool kept = false;

  base::Result<std::string> call(const std::vector<std::string>& arguments, const std::string& doing,
                                 base::Duration deadline = short_deadline) const {
    return engine.call(arguments, doing, deadline, cancellation);
  }
  base::Status make() const;
  base::Status put(const std::string& path, const std::string& content) const;
  base::Status put_configuration(Mode mode, const std::string& path) const;
  base::Status try_configuration() const;
  base::Status find_port();
  base::Status wait_until_ready(const postgres::Target& target) const;
  bool running() const;
  std::string last_words() const;
};

base::Status ContainerServer::State::make() const {
  const scenario::Server& wanted = options.server;
  std::vector<std::string> arguments{
      "create",
      "--name=" + name,
      "--init",
      fmt::format("--label={}={}", owner_label, to_text(this_process(options.label, wanted.keep))),
      fmt::format("--label={}={}", run_label, options.label),
      "--publish=127.0.0.1::5432",
      "--shm-size=" + shm_size(memory_of(wanted)),
      "--stop-signal=SIGINT",
      fmt::format("--env=POSTGRES_USER={}", administrator_role),
      "--env=POSTGRES_DB=postgres",
      fmt::format("--env=POSTGRES_PASSWORD_FILE={}", password_path),
      "--env=POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=C.UTF-8 --auth-host=scram-sha-256 "
      "--auth-local=scram-sha-256 --no-sync",
  };
  if (wanted.cpus) arguments.push_back(fmt::format("--cpus={}", *wanted.cpus));
  if (wanted.memory_bytes) {
    arguments.push_back(fmt::format("--memory={}", *wanted.memory_bytes));
    arguments.push_back(fmt::format("--memory-swap={}", *wanted.memory_bytes));  // the same: no swap
  }
  arguments.insert(arguments.end(), {image.name, "postgres", "-c", fmt::format("config_file={}", configuration_path)});
  const auto made = call(arguments, "making a container of " + image.name);
  if (!made) return made.errors();
  return base::success();
}

// The folder on this side is ours alone; inside, the server's user must be able to read the file.
base::Status ContainerServer::State::put(const std::string& path, const std::string& content) const {
  const std::string file = folder + path;
  if (auto written = write_server_file(file, content, ourselves()); !written) return written;
  if (::chmod(file.c_str(), 0644) != 0) return base::environment_error("cannot open " + file + " to the container");
  const auto copied = call({"cp", file, name + ":" + path}, "copying a file into the container");
  if (!copied) return copied.errors();
  return base::success();
}

base::Status ContainerServer::State::put_configuration(Mode mode, const std::string& path) const {
  return put(path,
             configuration_file(server_settings(mode, options.server.settings, fixed, memory_of(options.server))));
}

// By the server's own opinion, while another configuration runs.
base::Status ContainerServer::State::try_configuration() const {
  if (auto copied = put_configuration(Mode::honest, trial_path); !copied) return copied;
  const auto output = base::run({.arguments = {engine.found().program, "exec", "--user=postgres", name, "postgres",
                                               "-C", "config_file", "-c", fmt::format("config_file={}", trial_path)}},
                                short_deadline, cancellation);
  if (!output) return output.errors();
  if (output->exit_status == 0) return base::success();
  return configuration_errors(output->err);
}

// An engine chooses another port at each start: "127.0.0.1:32768".
base::Status ContainerServer::State::find_port() {
  const auto published = call({"port", name, "5432/tcp"}, "asking for the container's port");
  if (!published) return published.errors();
  std::istringstream lines(*published);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("127.0.0.1:")) port = std::atoi(line.c_str() + line.find(':') + 1);
  }
  if (port > 0) return base::success();
  return base::environment_error(fmt::format("the engine published no port on 127.0.0.1 but '{}'", *published));
}

bool ContainerServer::State::running() const {
  const auto state = engine.call({"inspect", "--format={{.State.Running}}", name}, "looking at it", short_deadline);
  return state && *state == "true";
}

std::string ContainerServer::State::last_words() const {
  const auto output = base::run({.arguments = {engine.found().program, "logs", "--tail=8", name}}, short_deadline);
  if (!output) return "";
  std::string words;
  std::istringstream lines(output->out + output->err);
  for (std::string line; std::getline(lines, line);) words += "\n    " + line;
  return words;
}

// The image's temporary server listens on its socket only, so that whoever answers on TCP is the final one. The engine
// is asked only now and then, since each question is a process.
base::Status ContainerServer::State::wait_until_ready(const postgres::Target& target) const {
  std::string refusal;
  int tries = 0;
  const auto still_there = [&] { return ++tries % 100 != 0 || running(); };
  switch (wait_for_sessions(target, still_there, options.server.start_deadline, cancellation, refusal)) {
    case Readiness::ready:
      return base::success();
    case Readiness::interrupted:
      return base::interrupted_error();
    case Readiness::ended: {
      const std::string words = last_words();
      // "FATAL:  configuration file "/pgrehearse.conf" contains errors"
      if (words.find("contains errors") != std::string::npos) return configuration_errors(words);
      return base::environment_error("the container ended while its server was starting:" + words);
    }
    case Readiness::late:
      break;
  }
  return base::environment_error(
      fmt::format("the container's server was not ready in time: {}{}", refusal, last_words()),
      "give it longer with server.start_deadline in the scenario");
}

std::vector<std::string> ContainerServer::remarks() const {
  const scenario::Server& wanted = state_->options.server;
  std::vector<std::string> limits;
  if (wanted.cpus) limits.push_back(fmt::format("{} CPU{}", *wanted.cpus, *wanted.cpus == 1 ? "" : "s"));
  if (wanted.memory_bytes) limits.push_back(base::format_bytes(*wanted.memory_bytes) + " of memory");
  if (limits.empty()) return {};
  return {fmt::format("the server's container may use {}", fmt::join(limits, " and "))};
}

ContainerServer::Place ContainerServer::place() const { return {"127.0.0.1", state_->port}; }

std::string ContainerServer::storage() const {
  const auto type = state_->call({"exec", state_->name, "sh", "-c", "stat -f -c %T \"$PGDATA\""}, "asking for storage");
  return type ? *type : "";
}

base::Status ContainerServer::sync_files() const {
  const auto synced = state_->call({"exec", state_->name, "sync"}, "bringing the server's files to disk", 10min);
  if (!synced) return synced.errors();
  return base::success();
}

base::Status ContainerServer::start_in(Mode mode) {
  if (state_->port != 0) {
    const auto stopped = state_->call({"stop", "-t", std::to_string(shutdown_deadline / 1s), state_->name},
                                      "shutting the container's server down", shutdown_deadline + 30s);
    if (!stopped) return stopped.errors();
  }
  mode_ = mode;
  if (auto copied = state_->put_configuration(mode, configuration_path); !copied) return copied;
  if (auto started = state_->call({"start", state_->name}, "starting the container"); !started) return started.errors();
  if (auto found = state_->find_port(); !found) return found;
  if (auto ready = state_->wait_until_ready(target("postgres")); !ready) return ready;
  return mode == Mode::honest ? sync_files() : base::success();
}

base::Status ContainerServer::bring_up() {
  if (auto made = state_->make(); !made) return made;
  if (auto put = state_->put(password_path, passwords_.administrator + "\n"); !put) return put;
  if (auto started = start_in(state_->options.mode); !started) return started;
  if (auto tried = state_->try_configuration(); !tried) return tried;
  if (auto set = set_up(); !set) return set;
  // Loaded from the next start on, where the image has it.
  return administer(target("postgres"), "asking for extensions", [this](postgres::Session& session) {
    state_->fixed.statements_library =
        session.query("SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'pg_stat_statements'").size() > 0;
  });
}

base::Result<std::unique_ptr<ContainerServer>> ContainerServer::start(const ServerOptions& options,
                                                                      const base::Cancellation* cancellation) {
  if (auto checked = check_settings(options.server.settings); !checked) return checked.errors();
  auto engine = ContainerEngine::find(options.server.engine);
  if (!engine) return engine.errors();
  for (const Leftover& leftover : sweep_containers(*engine).removed) {
    if (options.progress) options.progress->note("removed a killed run's container: " + leftover.name);
  }
  auto image = ContainerImage::get(*engine, options, cancellation);
  if (!image) return image.errors();
  const std::string temp_folder = options.temp_folder.empty() ? default_temp_folder() : options.temp_folder;
  auto folder = make_private_folder(temp_folder, ourselves(), this_process(options.label, options.server.keep));
  if (!folder) return folder.errors();

  const Fixed fixed{.socket_folder = "",
                    .listen_addresses = "*",
                    .log_folder = "log",
                    .major = image->major,
                    .statements_library = false};
  const std::string name = folder->substr(folder->rfind('/') + 1);
  std::unique_ptr<ContainerServer> server(new ContainerServer(
      std::make_unique<State>(State{options, *engine, *image, *folder, name, fixed, 0, cancellation, false})));
  if (auto up = server->bring_up(); !up) return up.errors();
  return server;
}

ContainerServer::ContainerServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

ContainerServer::~ContainerServer() { static_cast<void>(stop().ok()); }

// The engine knows the container's first process, which is the little init; the server is its child.
std::optional<pid_t> ContainerServer::postmaster_pid() const {
  const auto answer = state_->call({"inspect", "--format={{.State.Pid}}", state_->name}, "asking for its process");
  if (!answer) return {};
  const pid_t init = std::atoi(answer->c_str());
  const std::string command = base::read_file(fmt::format("/proc/{}/cmdline", init)).value_or("");
  if (init <= 1 || command.find(configuration_path) == std::string::npos) return {};
  const std::string children = base::read_file(fmt::format("/proc/{0}/task/{0}/children", init)).value_or("");
  const pid_t child = std::atoi(children.c_str());
  return child > 1 ? child : init;
}

base::Result<std::string> ContainerServer::keep(const std::string& database) {
  state_->kept = true;
  return connect_command(state_->folder, database);
}

// Also when its making was interrupted: then the engine may have it nonetheless.
base::Status ContainerServer::stop() {
  if (state_->kept) return base::success();
  auto removed = remove_container(state_->engine, state_->name);
  auto cleared = remove_private_folder(state_->folder);
  return removed ? cleared : removed;
}

const std::string& ContainerServer::name() const { return state_->name; }

}  // namespace pgrehearse::provision
