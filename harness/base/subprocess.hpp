// Other programs: run one to its end, or keep one in the background. Arguments are passed as a vector and never through
// a shell.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::base {

struct Command {
  std::vector<std::string> arguments;                   // arguments[0]: a path, or a name that is looked up on PATH
  std::map<std::string, std::string> environment = {};  // added to ours
  std::string user = {};                                // run as this user (needs root); empty: as ourselves
  std::string folder = {};                              // working folder; empty: ours
};

struct Output {
  int exit_status = 0;  // 128 + signal number when a signal ended it
  std::string out;
  std::string err;
};

// Runs to the end. A program that cannot be started is an error; one that fails is not: look at exit_status.
// Killed, and an error, when `deadline` passes or `cancellation` says so.
Result<Output> run(const Command& command, Duration deadline, const Cancellation* cancellation = nullptr);

// A program in the background. It gets SIGQUIT when this process dies, however it dies (prctl PR_SET_PDEATHSIG), so
// that kill -9 of ours leaves no server. Start it from a thread that lives as long as it should. Not thread-safe.
class Child {
 public:
  // Standard input is empty; standard output and error go to the file `log_path`.
  static Result<Child> start(const Command& command, const std::string& log_path);
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();  // kills it if it still runs

  pid_t pid() const;
  bool running();
  void signal(int number);
  // The exit status, or nothing when it still runs after `deadline`.
  std::optional<int> wait(Duration deadline);

 private:
  struct State;
  explicit Child(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The full path of a program on PATH.
std::optional<std::string> find_program(const std::string& name);

}  // namespace pgrehearse::base
