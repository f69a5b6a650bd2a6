#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "harness/base/subprocess.hpp"
#include "harness/load/acts.hpp"
#include "harness/postgres/dump_program.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

// Granted to the dump, and only for the table in question: pg_dump locks all tables before it reads the first.
constexpr const char* locked_query = R"(
    SELECT a.pid FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_locks l USING (pid)
    WHERE a.datname = current_database() AND a.application_name = $1
      AND l.relation = $2::regclass AND l.mode = 'AccessShareLock' AND l.granted)";
constexpr const char* end_query = R"(
    SELECT pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND application_name = $1)";
constexpr const char* tables_query = R"(
    SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY c.oid)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%')";

// A pipe that another program opens by name, as a file of this process: there is nothing to remove, however we end.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_, O_CLOEXEC | O_NONBLOCK) != 0) ends_[0] = ends_[1] = -1;
  }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  // Whoever writes has to wait after so many bytes, as for a disk that is too slow.
  bool hold_back_after(int bytes) const { return ::fcntl(ends_[1], F_SETPIPE_SZ, bytes) >= 0; }
  std::string name() const { return fmt::format("/proc/{}/fd/{}", ::getpid(), ends_[1]); }
  // What was written so far.
  std::string read() const {
    char text[4096];
    const ssize_t length = ::read(ends_[0], text, sizeof text);
    return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
  }

 private:
  int ends_[2];
};

// The program itself. Production's dump takes hours and ours would take a second, so its output is held back for as
// long as it is to last.
class Dump final : public SessionAct {
 public:
  explicit Dump(const Scene& scene) : SessionAct(scene, As::administrator) {}

  base::Status take(const base::Cancellation& ended) override {
    const auto programs = postgres::dump_programs(scene().program_folders);
    const auto* program = postgres::fitting(programs, session().server_version() / 10000);
    if (program && output_.hold_back_after(4096)) return start(*program, ended);
    return lock_by_sql("no pg_dump here is as new as the server");
  }

  void keep(const base::Cancellation& ended) override {
    const base::Duration end = scene().clock.now() + scene().settings.hold;
    while (child_ && !ended.wait_for(20ms) && scene().clock.now() < end) {
      if (!child_->running()) static_cast<void>(stay_by_sql());
    }
    ended.wait_for(std::max(base::Duration::zero(), end - scene().clock.now()));
  }

  // The server's side of the dump ends when it finds its client gone; its locks must not outlive the stand.
  void release() override {
    if (child_) {
      child_->signal(SIGTERM);
      if (!child_->wait(2s)) child_->signal(SIGKILL);
      child_.reset();
      const auto own = postgres::Session::open(scene().administrator);
      if (own) (*own)->query(end_query, {dump_application()});
    }
    SessionAct::release();
  }

  int backend_pid() const override { return dump_pid_ > 0 ? dump_pid_ : SessionAct::backend_pid(); }

 private:
  base::Status start(const postgres::DumpProgram& program, const base::Cancellation& ended) {
    postgres::Target target = scene().administrator;
    base::Command command;
    if (!target.password.empty()) command.environment["PGPASSWORD"] = target.password;
    target.password.clear();
    target.application = dump_application();
    command.arguments = {program.path, "--no-password", "--file=" + output_.name(),
                         "--dbname=" + target.connection_string()};
    auto child = base::Child::start(command, messages_.name());
    if (!child) return child.errors();
    child_.emplace(std::move(*child));
    return await_locks(program, ended);
  }

  std::string dump_application() const { return scene().administrator.application + ":pg_dump"; }

  base::Status await_locks(const postgres::DumpProgram& program, const base::Cancellation& ended) {
    while (!ended.wait_for(5ms)) {
      const auto locked = session().query(locked_query, {dump_application(), table_name()});
      if (locked.size() > 0) {
        dump_pid_ = static_cast<int>(locked.integer(0, 0));
        record("holds", dump_pid_, fmt::format("pg_dump {}: ACCESS SHARE on all tables", program.version));
        return base::success();
      }
      if (child_->running()) continue;
      if (const std::string said = messages_.read(); !said.empty()) return base::environment_error(said);
      return stay_by_sql();
    }
    return base::environment_error("pg_dump did not get its locks");
  }

  base::Status stay_by_sql() {
    child_.reset();
    dump_pid_ = 0;
    return lock_by_sql("with so little data pg_dump itself is over at once");
  }

  // The SELECT takes the snapshot, which such a transaction keeps.
  base::Status lock_by_sql(const char* why) {
    const auto tables = session().query(tables_query);
    auto locked = must(
        fmt::format("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; LOCK TABLE {} IN ACCESS SHARE MODE; SELECT 1",
                    tables.text(0, 0)));
    if (!locked) return locked;
    record("holds", backend_pid(), fmt::format("the locks of a pg_dump, by SQL: ACCESS SHARE on all tables; {}", why));
    return base::success();
  }

  Pipe output_, messages_;
  std::optional<base::Child> child_;
  int dump_pid_ = 0;
};

}  // namespace

std::unique_ptr<Act> make_dump(const Scene& scene) { return std::make_unique<Dump>(scene); }

}  // namespace pgrehearse::load
