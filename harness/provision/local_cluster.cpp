#include "harness/provision/local_cluster.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

#include "harness/base/files.hpp"
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
  bool kept = false;
};

LocalCluster::Place LocalCluster::place() const { return {state_->layout.folder, 5432}; }

std::vector<std::string> LocalCluster::remarks() const {
  const scenario::Server& wanted = state_->options.server;
  if (!wanted.cpus && !wanted.memory_bytes) return {};
  return {"limits of CPUs and memory are for containers only: this private cluster may use all of the machine"};
}

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

base::Status LocalCluster::restore(const std::string& stored) {
  if (auto adopted = state_->postmaster.adopt(stored); !adopted) return adopted;
  const auto password = base::read_file(stored + "/password");
  if (!password) return base::environment_error("cannot read the stored databases' password in " + stored);
  const std::string fresh = std::exchange(passwords_.administrator, *password);
  if (auto started = start_in(Mode::honest); !started) return started;
  passwords_.administrator = fresh;
  return renew_passwords(*password);
}

base::Status LocalCluster::save(const std::string& folder) {
  if (auto stopped = state_->postmaster.shut_down(); !stopped) return stopped;
  if (auto stored = state_->postmaster.store(folder); !stored) return stored;
  if (auto told = write_server_file(folder + "/password", passwords_.administrator, ourselves()); !told) return told;
  return start_in(Mode::honest);
}

base::Result<std::string> LocalCluster::keep(const std::string& database) {
  if (auto freed = state_->postmaster.set_free(); !freed) return freed.errors();
  state_->kept = true;
  return connect_command(state_->layout.folder, database);
}

// The user's settings are tried in the honest configuration first: an error in them should show now, not after the
// tables are filled.
base::Status LocalCluster::bring_up() {
  if (!state_->options.restore_from.empty()) return restore(state_->options.restore_from);
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
  auto folder = make_private_folder(temp_folder, *user, this_process(options.label, options.server.keep));
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
  if (state_->kept) return base::success();
  state_->postmaster.abandon();
  return remove_private_folder(state_->layout.folder);
}

const std::string& LocalCluster::folder() const { return state_->layout.folder; }

}  // namespace pgrehearse::provision
