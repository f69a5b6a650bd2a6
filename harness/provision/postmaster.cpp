#include "harness/provision/postmaster.hpp"

#include <fmt/format.h>
#include <locale.h>

#include <csignal>
#include <deque>
#include <fstream>

#include "harness/provision/configuration_check.hpp"
#include "harness/provision/readiness.hpp"

namespace pgrehearse::provision {
namespace {

constexpr auto initdb_deadline = std::chrono::minutes(2);
constexpr auto check_deadline = std::chrono::seconds(20);
constexpr auto shutdown_deadline = std::chrono::minutes(5);  // a checkpoint of all that was loaded
constexpr auto abandon_deadline = std::chrono::seconds(10);
constexpr auto copy_deadline = std::chrono::hours(1);

std::string available_locale() {
  const locale_t locale = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  if (locale == nullptr) return "C";
  ::freelocale(locale);
  return "C.UTF-8";
}

std::string last_lines(std::istream& text, std::size_t count) {
  std::deque<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (!line.empty()) lines.push_back(line);
    if (lines.size() > count) lines.pop_front();
  }
  std::string joined;
  for (const std::string& line : lines) joined += "\n    " + line;
  return joined;
}

std::string hint_for(const std::string& output) {
  if (output.find("No space left on device") != std::string::npos) {
    return "free some space, or set TMPDIR to a folder on another disk";
  }
  if (output.find("Permission denied") != std::string::npos) {
    return "set TMPDIR to a folder that the server's user can reach (as root it runs as postgres or nobody)";
  }
  if (output.find("could not create shared memory") != std::string::npos ||
      output.find("could not map anonymous shared memory") != std::string::npos) {
    return "lower shared_buffers in the settings, or give the machine more (shared) memory";
  }
  return "";
}

}  // namespace

Postmaster::Postmaster(Binaries binaries, ServerUser user, Layout layout)
    : binaries_(std::move(binaries)), user_(std::move(user)), layout_(std::move(layout)) {}

base::Command Postmaster::command(std::vector<std::string> arguments) const {
  return {.arguments = std::move(arguments), .environment = {}, .user = user_.name, .folder = layout_.folder};
}

base::Status Postmaster::initialise(const std::string& password, const base::Cancellation* cancellation) {
  const std::string password_file = layout_.folder + "/password";
  if (auto written = write_server_file(password_file, password + "\n", user_); !written) return written;
  const auto output =
      base::run(command({binaries_.program("initdb"), "--pgdata=" + layout_.data(), "--username=pgrehearse",
                         "--pwfile=" + password_file, "--auth=scram-sha-256", "--encoding=UTF8",
                         "--locale=" + available_locale(), "--no-sync", "--no-instructions"}),
                initdb_deadline, cancellation);
  std::remove(password_file.c_str());
  if (!output) return output.errors();
  if (output->exit_status != 0) {
    std::istringstream text(output->err);
    return base::environment_error(
        fmt::format("initdb could not make a cluster in {}:{}", layout_.folder, last_lines(text, 4)),
        hint_for(output->err));
  }
  std::ofstream(layout_.data() + "/postgresql.conf", std::ios::app) << "include 'pgrehearse.conf'\n";
  return base::success();
}

namespace {

// cp knows how to share blocks where the file system can, and keeps owners and holes.
base::Status copy_folder(const std::string& from, const std::string& to) {
  const auto copied = base::run({.arguments = {"cp", "--archive", "--reflink=auto", from, to}}, copy_deadline);
  if (!copied) return copied.errors();
  if (copied->exit_status == 0) return base::success();
  return base::environment_error(fmt::format("cannot copy {} to {}: {}", from, to, copied->err), hint_for(copied->err));
}

}  // namespace

base::Status Postmaster::adopt(const std::string& stored) { return copy_folder(stored + "/data", layout_.data()); }

base::Status Postmaster::store(const std::string& folder) const {
  PGR_CHECK(!child_);
  return copy_folder(layout_.data(), folder + "/data");
}

base::Status Postmaster::set_free() {
  if (auto stopped = shut_down(); !stopped) return stopped;
  const auto started = base::run(command({binaries_.program("pg_ctl"), "start", "--wait", "--silent", "--pgdata",
                                          layout_.data(), "--log", layout_.folder + "/kept.out"}),
                                 check_deadline);
  if (!started) return started.errors();
  if (started->exit_status == 0) return base::success();
  return did_not_start("the server did not start again: " + started->err);
}

base::Status Postmaster::configure(const Settings& settings) {
  return write_server_file(layout_.settings_file(), configuration_file(settings), user_);
}

base::Status Postmaster::check_configuration() {
  const auto output =
      base::run(command({binaries_.program("postgres"), "-D", layout_.data(), "-C", "config_file"}), check_deadline);
  if (!output) return output.errors();
  if (output->exit_status == 0) return base::success();
  return configuration_errors(output->err);
}

// In a session of its own (setsid), so that Ctrl-C on the terminal reaches us alone and we end the server in our order.
base::Status Postmaster::start(const postgres::Target& target, base::Duration deadline,
                               const base::Cancellation* cancellation) {
  auto child =
      base::Child::start(command({"setsid", binaries_.program("postgres"), "-D", layout_.data()}), layout_.output());
  if (!child) return child.errors();
  child_ = std::move(child).value();
  return wait_until_ready(target, deadline, cancellation);
}

base::Status Postmaster::wait_until_ready(const postgres::Target& target, base::Duration deadline,
                                          const base::Cancellation* cancellation) {
  std::string refusal;
  switch (wait_for_sessions(
      target, [this] { return child_->running(); }, deadline, cancellation, refusal)) {
    case Readiness::ready:
      return base::success();
    case Readiness::interrupted:
      return base::interrupted_error();
    case Readiness::ended:
      return did_not_start("the server ended while starting");
    case Readiness::late:
      break;
  }
  return did_not_start("the server was not ready in time: " + refusal);
}

// Its last words are in its output when its log was not open yet, else in the log.
base::Error Postmaster::did_not_start(const std::string& why) const {
  std::string words;
  for (const std::string& path : {layout_.output(), layout_.log() + "/server.json", layout_.log() + "/server.csv"}) {
    std::ifstream file(path);
    words += last_lines(file, 4);
  }
  return base::environment_error(why + ":" + words, hint_for(words));
}

base::Status Postmaster::shut_down() {
  if (!child_) return base::success();
  child_->signal(SIGINT);
  if (!child_->wait(shutdown_deadline)) return base::environment_error("the server did not shut down in time");
  child_.reset();
  return base::success();
}

void Postmaster::abandon() {
  if (!child_) return;
  child_->signal(SIGQUIT);
  child_->wait(abandon_deadline);
  child_.reset();
}

std::optional<pid_t> Postmaster::pid() const {
  if (!child_) return {};
  return child_->pid();
}

}  // namespace pgrehearse::provision
