#include "harness/base/subprocess.hpp"

#include <poll.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/process.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace pgrehearse::base {
namespace {

namespace asio = boost::asio;
namespace process = boost::process;

Error cannot_start(const Command& command, const std::string& why) {
  return environment_error("cannot start " + command.arguments.front() + ": " + why);
}

// setpriv (util-linux) changes the user and asks for the signal at our death between fork and exec, which no library
// function does: the kernel forgets the signal when credentials change, so the order matters and setpriv has it right.
std::vector<std::string> with_privileges(const Command& command, bool dies_with_us) {
  std::vector<std::string> arguments;
  if (dies_with_us) arguments.insert(arguments.end(), {"--pdeathsig", "QUIT"});
  if (!command.user.empty()) {
    // The group by number: it need not have the user's name (nobody's is nogroup on Debian).
    const passwd* user = ::getpwnam(command.user.c_str());
    const std::string group = user ? std::to_string(user->pw_gid) : command.user;
    arguments.insert(arguments.end(), {"--reuid", command.user, "--regid", group, "--init-groups"});
  }
  if (arguments.empty()) return command.arguments;
  arguments.insert(arguments.begin(), "setpriv");
  arguments.push_back("--");
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  return arguments;
}

struct Launch {
  std::string program;
  std::vector<std::string> arguments;
  process::environment environment;
  std::string folder;
};

Result<Launch> prepare(const Command& command, bool dies_with_us) {
  // Looked up here even when setpriv starts it, so that a missing program is our error and not an exit status.
  if (!find_program(command.arguments.front())) return cannot_start(command, "not found");
  const auto arguments = with_privileges(command, dies_with_us);
  const auto program = find_program(arguments.front());
  if (!program) return cannot_start(command, arguments.front() + " not found");

  process::environment environment = boost::this_process::environment();
  for (const auto& [name, value] : command.environment) environment[name] = value;
  const std::string folder = command.folder.empty() ? "." : command.folder;
  return Launch{*program, {arguments.begin() + 1, arguments.end()}, std::move(environment), folder};
}

int exit_status(process::child& child) {
  const int status = child.native_exit_code();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<Output> run(const Command& command, Duration deadline, const Cancellation* cancellation) {
  const auto launch = prepare(command, false);
  if (!launch) return launch.errors();

  asio::io_context context;
  process::async_pipe out(context), err(context);
  std::error_code failure;
  process::child child(process::exe = launch->program, process::args = launch->arguments, launch->environment,
                       process::start_dir = launch->folder, process::std_in<process::null, process::std_out> out,
                       process::std_err > err, failure);
  if (failure) return cannot_start(command, failure.message());

  Output output;
  int open_pipes = 2;
  asio::posix::stream_descriptor stop(context);
  const auto at_end = [&](const boost::system::error_code&, std::size_t) {
    if (--open_pipes == 0) context.stop();
  };
  asio::async_read(out, asio::dynamic_buffer(output.out), at_end);
  asio::async_read(err, asio::dynamic_buffer(output.err), at_end);
  bool interrupted = false;
  if (cancellation) {
    stop.assign(::dup(cancellation->fd()));
    stop.async_wait(asio::posix::stream_descriptor::wait_read, [&](const boost::system::error_code& problem) {
      if (problem) return;
      interrupted = true;
      context.stop();
    });
  }
  context.run_for(deadline);
  const bool ended = open_pipes == 0;
  if (!ended) ::kill(child.id(), SIGKILL);
  child.wait(failure);
  if (ended) {
    output.exit_status = exit_status(child);
    return output;
  }
  if (interrupted) return interrupted_error();
  return environment_error(command.arguments.front() + " did not end in time and was killed");
}

struct Child::State {
  process::child child;
};

Child::Child(std::unique_ptr<State> state) : state_(std::move(state)) {}
Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;

Child::~Child() {
  if (!state_ || !running()) return;
  signal(SIGKILL);
  wait(std::chrono::seconds(10));
}

Result<Child> Child::start(const Command& command, const std::string& log_path) {
  const auto launch = prepare(command, true);
  if (!launch) return launch.errors();
  std::error_code failure;
  process::child child(process::exe = launch->program, process::args = launch->arguments, launch->environment,
                       process::start_dir = launch->folder,
                       process::std_in<process::null, (process::std_out & process::std_err)> log_path, failure);
  if (failure) return cannot_start(command, failure.message());
  return Child(std::make_unique<State>(State{std::move(child)}));
}

pid_t Child::pid() const { return state_->child.id(); }

bool Child::running() {
  std::error_code ignored;
  return state_->child.running(ignored);
}

void Child::signal(int number) {
  if (running()) ::kill(pid(), number);
}

std::optional<int> Child::wait(Duration deadline) {
  if (running()) {
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid(), 0));
    pollfd ended{fd, POLLIN, 0};
    const auto end = std::chrono::steady_clock::now() + deadline;
    Duration left = deadline;
    while (running() && left > Duration::zero()) {
      ::poll(&ended, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
      left = end - std::chrono::steady_clock::now();
    }
    if (fd >= 0) ::close(fd);
  }
  if (running()) return {};
  return exit_status(state_->child);
}

std::optional<std::string> find_program(const std::string& name) {
  // A folder that may not be looked into has no program for us: PATH often holds root's.
  const auto executable = [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) return executable(name) ? std::optional(name) : std::nullopt;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = (folder.empty() ? "." : folder) + '/' + name;
    if (executable(candidate)) return candidate;
  }
  return {};
}

}  // namespace pgrehearse::base
