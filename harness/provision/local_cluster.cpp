#include "harness/provision/local_cluster.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

#include "harness/provision/facts.hpp"
#include "harness/provision/postmaster.hpp"

namespace pgrehearse::provision {
namespace {

// The path of the socket, "<folder>/pgrehearse-XXXXXX/.s.PGSQL.5432", must fit into a sockaddr_un.
base::Status check_socket_length(const std::string& temp_folder) {
  const std::size_t length = temp_folder.size() + std::string("/pgrehearse-XXXXXX/.s.PGSQL.5432").size();
  if (length < sizeof(sockaddr_un::sun_path)) return base::success();
  return base::environment_error(
      fmt::format("the temporary folder {} has too long a path for a socket in it ({} bytes, {} at most)", temp_folder,
                  length, sizeof(sockaddr_un::sun_path) - 1),
      "set TMPDIR to a folder with a shorter path");
}

bool has_statements_library(const Binaries& binaries) {
  const auto folder = base::run(
      {.arguments = {binaries.program("pg_config"), "--pkglibdir"}, .environment = {}, .user = {}, .folder = {}},
      std::chrono::seconds(10));
  std::error_code ignored;
  if (folder && folder->exit_status == 0) {
    const std::string path = folder->out.substr(0, folder->out.find('\n'));
    return std::filesystem::exists(path + "/pg_stat_statements.so", ignored);
  }
  return std::filesystem::exists(binaries.folder + "/../lib/pg_stat_statements.so", ignored);
}

}  // namespace

struct LocalCluster::State {
  State(const ServerOptions& wanted, Binaries found, ServerUser user, std::string folder,
        const base::Cancellation* stop_wish)
      : options(wanted),
        layout{std::move(folder)},
        fixed{.socket_folder = layout.folder,
              .listen_addresses = "",
              .log_folder = layout.log(),
              .major = found.major,
              .statements_library = has_statements_library(found)},
        postmaster(std::move(found), std::move(user), layout),
        cancellation(stop_wish) {}

  ServerOptions options;
  Layout layout;
  Fixed fixed;
  Postmaster postmaster;
  const base::Cancellation* cancellation;
};

LocalCluster::Place LocalCluster::place() const { return {state_->layout.folder, 5432}; }

std::string LocalCluster::storage() const { return file_system_of(state_->layout.data()); }

base::Status LocalCluster::configure(Mode mode) {
  return state_->postmaster.configure(
      server_settings(mode, state_->options.server.settings, state_->fixed, usable_memory_bytes()));
}

base::Status LocalCluster::sync_files() const {
  const int fd = ::open(state_->layout.data().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::syncfs(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return base::environment_error("cannot bring the server's files to disk in " + state_->layout.folder);
  return base::success();
}

base::Status LocalCluster::start_in(Mode mode) {
  if (auto stopped = state_->postmaster.shut_down(); !stopped) return stopped;
  if (mode == Mode::honest) {
    if (auto synced = sync_files(); !synced) return synced;
  }
  mode_ = mode;
  if (auto configured = configure(mode); !configured) return configured;
  return state_->postmaster.start(target("postgres"), state_->options.server.start_deadline, state_->cancellation);
}

// The user's settings are tried in the honest configuration first: an error in them should show now, not after the
// tables are filled.
base::Status LocalCluster::bring_up() {
  if (auto made = state_->postmaster.initialise(passwords_.administrator, state_->cancellation); !made) return made;
  if (auto configured = configure(Mode::honest); !configured) return configured;
  if (auto checked = state_->postmaster.check_configuration(); !checked) return checked;
  if (auto started = start_in(state_->options.mode); !started) return started;
  return set_up();
}

base::Result<std::unique_ptr<LocalCluster>> LocalCluster::start(const ServerOptions& options,
                                                                const base::Cancellation* cancellation) {
  if (auto checked = check_settings(options.server.settings); !checked) return checked.errors();
  const std::string temp_folder = options.temp_folder.empty() ? default_temp_folder() : options.temp_folder;
  if (auto fits = check_socket_length(temp_folder); !fits) return fits.errors();
  auto binaries = find_binaries(options.server.postgres_bin, options.server.major.value_or(0));
  if (!binaries) return binaries.errors();
  auto user = choose_server_user();
  if (!user) return user.errors();
  auto folder = make_private_folder(temp_folder, *user, this_process(options.label));
  if (!folder) return folder.errors();

  std::unique_ptr<LocalCluster> cluster(
      new LocalCluster(std::make_unique<State>(options, *binaries, *user, *folder, cancellation)));
  if (auto up = cluster->bring_up(); !up) return up.errors();
  return cluster;
}

LocalCluster::LocalCluster(std::unique_ptr<State> state) : state_(std::move(state)) {}

LocalCluster::~LocalCluster() { static_cast<void>(stop().ok()); }

std::optional<pid_t> LocalCluster::postmaster_pid() const { return state_->postmaster.pid(); }

base::Status LocalCluster::stop() {
  state_->postmaster.abandon();
  return remove_private_folder(state_->layout.folder);
}

const std::string& LocalCluster::folder() const { return state_->layout.folder; }

}  // namespace pgrehearse::provision
