#include "harness/provision/local_cluster.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

#include "harness/provision/databases.hpp"
#include "harness/provision/facts.hpp"
#include "harness/provision/postmaster.hpp"
#include "harness/provision/roles.hpp"

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
  State(const LocalClusterOptions& wanted, Binaries found, ServerUser user, std::string folder,
        const base::Cancellation* stop_wish)
      : options(wanted),
        binaries(found),
        layout{std::move(folder)},
        fixed{layout.folder, found.major, has_statements_library(found)},
        postmaster(std::move(found), std::move(user), layout),
        cancellation(stop_wish) {}

  postgres::Target as(const char* role, const std::string& password, const std::string& database) const {
    return {.host = layout.folder,
            .port = 5432,
            .database = database,
            .user = role,
            .password = password,
            .application = "pgrehearse",
            .settings = {}};
  }
  postgres::Target administrator(const std::string& database) const {
    return as(administrator_role, passwords.administrator, database);
  }

  base::Status bring_up();
  base::Status start_in(Mode mode);
  base::Status change_to(Mode mode);
  base::Status configure(Mode mode) {
    return postmaster.configure(server_settings(mode, options.server.settings, fixed, usable_memory_bytes()));
  }
  // Runs `work` in an administrator's session; its failure is told as one that happened while `doing`.
  template <class Work>
  base::Status administer(const std::string& doing, Work work) const;
  base::Status sync_files() const;

  LocalClusterOptions options;
  Binaries binaries;
  Layout layout;
  Fixed fixed;
  Passwords passwords = random_passwords();
  Postmaster postmaster;
  Mode mode = Mode::relaxed;
  const base::Cancellation* cancellation;
};

template <class Work>
base::Status LocalCluster::State::administer(const std::string& doing, Work work) const {
  auto target = administrator("postgres");
  // Keeps passwords out of the statistics of statements.
  if (fixed.statements_library) target.settings["pg_stat_statements.track"] = "none";
  auto session = postgres::Session::open(target);
  if (!session) return session.errors();
  try {
    work(**session);
  } catch (const postgres::Failure& failure) {
    return to_error(failure, doing);
  }
  return base::success();
}

base::Status LocalCluster::State::sync_files() const {
  const int fd = ::open(layout.data().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::syncfs(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return base::environment_error("cannot bring the server's files to disk in " + layout.folder);
  return base::success();
}

base::Status LocalCluster::State::start_in(Mode wanted) {
  mode = wanted;
  if (auto configured = configure(wanted); !configured) return configured;
  return postmaster.start(administrator("postgres"), options.server.start_deadline, cancellation);
}

// The user's settings are tried in the honest configuration first: an error in them should show now, not after the
// tables are filled.
base::Status LocalCluster::State::bring_up() {
  if (auto made = postmaster.initialise(passwords.administrator, cancellation); !made) return made;
  if (auto configured = configure(Mode::honest); !configured) return configured;
  if (auto checked = postmaster.check_configuration(); !checked) return checked;
  if (auto started = start_in(options.mode); !started) return started;
  return administer("setting up the server's roles", [this](postgres::Session& session) {
    create_roles(session, passwords);
    if (fixed.statements_library) session.query("CREATE EXTENSION pg_stat_statements");
  });
}

// What a relaxed server wrote is in the kernel's cache only; with fsync on again it must be on disk.
base::Status LocalCluster::State::change_to(Mode wanted) {
  if (mode == wanted) return base::success();
  if (auto stopped = postmaster.shut_down(); !stopped) return stopped;
  if (wanted == Mode::honest) {
    if (auto synced = sync_files(); !synced) return synced;
  }
  return start_in(wanted);
}

base::Result<std::unique_ptr<LocalCluster>> LocalCluster::start(const LocalClusterOptions& options,
                                                                const base::Cancellation* cancellation) {
  if (auto checked = check_settings(options.server.settings); !checked) return checked.errors();
  const std::string temp_folder = options.temp_folder.empty() ? default_temp_folder() : options.temp_folder;
  if (auto fits = check_socket_length(temp_folder); !fits) return fits.errors();
  auto binaries = find_binaries(options.server.postgres_bin);
  if (!binaries) return binaries.errors();
  auto user = choose_server_user();
  if (!user) return user.errors();
  auto folder = make_private_folder(temp_folder, *user, this_process(options.label));
  if (!folder) return folder.errors();

  std::unique_ptr<LocalCluster> cluster(
      new LocalCluster(std::make_unique<State>(options, *binaries, *user, *folder, cancellation)));
  if (auto up = cluster->state_->bring_up(); !up) return up.errors();
  return cluster;
}

LocalCluster::LocalCluster(std::unique_ptr<State> state) : state_(std::move(state)) {}

LocalCluster::~LocalCluster() { static_cast<void>(stop().ok()); }

postgres::Target LocalCluster::target(const std::string& database) const { return state_->administrator(database); }

postgres::Target LocalCluster::traffic_target(const std::string& database) const {
  return state_->as(traffic_role, state_->passwords.traffic, database);
}

postgres::Target LocalCluster::migration_target(const std::string& database) const {
  return state_->as(migration_role, state_->passwords.migration, database);
}

base::Result<Facts> LocalCluster::facts() const {
  Facts facts;
  const auto read = state_->administer("reading the server's settings",
                                       [&facts](postgres::Session& session) { facts = read_facts(session); });
  if (!read) return read.errors();
  facts.provider = "local";
  facts.storage = file_system_of(state_->layout.data());
  return facts;
}

std::optional<ServerLog> LocalCluster::log() const {
  const bool json = state_->binaries.major >= 15;
  return ServerLog{state_->layout.log() + (json ? "/server.json" : "/server.csv"),
                   json ? ServerLog::Kind::jsonlog : ServerLog::Kind::csvlog};
}

std::optional<pid_t> LocalCluster::postmaster_pid() const { return state_->postmaster.pid(); }

base::Status LocalCluster::relax() { return state_->change_to(Mode::relaxed); }

base::Status LocalCluster::make_honest() {
  if (auto changed = state_->change_to(Mode::honest); !changed) return changed;
  return state_->administer("writing a checkpoint", [](postgres::Session& session) { session.query("CHECKPOINT"); });
}

base::Status LocalCluster::clone(const std::string& from, const std::string& name) {
  const auto cloned = state_->administer(fmt::format("copying the database {}", from),
                                         [&](postgres::Session& session) { clone_database(session, from, name); });
  if (!cloned || state_->mode == Mode::relaxed) return cloned;
  return state_->sync_files();
}

base::Status LocalCluster::create(const std::string& name) {
  return state_->administer(fmt::format("creating the database {}", name),
                            [&](postgres::Session& session) { create_database(session, name); });
}

base::Status LocalCluster::drop(const std::string& name) {
  return state_->administer(fmt::format("dropping the database {}", name),
                            [&](postgres::Session& session) { drop_database(session, name); });
}

base::Status LocalCluster::stop() {
  state_->postmaster.abandon();
  return remove_private_folder(state_->layout.folder);
}

const std::string& LocalCluster::folder() const { return state_->layout.folder; }

}  // namespace pgrehearse::provision
