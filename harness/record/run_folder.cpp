#include "harness/record/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include "harness/record/json.hpp"

namespace pgrehearse::record {
namespace {

namespace fs = std::filesystem;
using base::environment_error;

constexpr auto flush_interval = std::chrono::milliseconds(200);

base::Error write_error(const std::string& file, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return environment_error(fmt::format("cannot write {}: {}", file, std::strerror(number)),
                           full ? "free some space, or choose an output folder on another disk"
                                : "choose an output folder that can be written");
}

// All of `text`, or the errno of the failure.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

class File {
 public:
  File(std::string path, int flags) : path_(std::move(path)), fd_(::open(path_.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) error_ = errno;
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  base::Status write(std::string_view text) {
    if (error_ == 0) error_ = write_all(fd_, text);
    return status();
  }
  // For a file that must be complete before another name points to it.
  base::Status sync() {
    if (error_ == 0 && ::fsync(fd_) != 0) error_ = errno;
    return status();
  }
  base::Status status() const {
    if (error_ == 0) return base::success();
    return write_error(path_, error_);
  }

 private:
  std::string path_;
  int fd_, error_ = 0;
};

bool is_mark(const Event& event) {
  return std::holds_alternative<PhaseStart>(event) || std::holds_alternative<PhaseEnd>(event) ||
         std::holds_alternative<PassStart>(event) || std::holds_alternative<PassEnd>(event);
}

template <class T>
std::string lines(const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) (text += to_json(value)) += '\n';
  return text;
}

base::Status make_folder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (problem) return write_error(path, problem.value());
  const bool empty = fs::is_empty(path, problem);
  if (problem) return write_error(path, problem.value());
  if (!empty) {
    return base::usage_error(fmt::format("the folder {} is not empty", path),
                             "a run is never written over another: name a new output folder");
  }
  return base::success();
}

}  // namespace

// The queue is filled by the actors and emptied by `writer`, which alone touches the two files.
struct RunFolder::State {
  explicit State(std::string folder)
      : path(std::move(folder)),
        events_file(path + "/events.jsonl", O_WRONLY | O_CREAT | O_APPEND),
        windows_file(path + "/windows.jsonl", O_WRONLY | O_CREAT | O_APPEND) {}

  void write_loop();
  void wait_until_written();

  const std::string path;
  File events_file, windows_file;

  std::mutex mutex;  // guards what follows
  std::condition_variable wake, written;
  std::vector<Event> events;
  std::vector<Window> windows;
  std::uint64_t taken_in = 0, given_out = 0;  // events and windows appended, and those dealt with
  bool hurry = false, ending = false;
  base::Errors failure;  // the first one

  std::thread writer;
};

void RunFolder::State::write_loop() {
  std::unique_lock lock(mutex);
  while (!ending || taken_in > given_out) {
    if (!ending) wake.wait_for(lock, flush_interval, [&] { return hurry || ending; });
    hurry = false;
    const auto some_events = std::exchange(events, {});
    const auto some_windows = std::exchange(windows, {});
    const auto upto = taken_in;
    lock.unlock();
    base::Status outcome = events_file.write(lines(some_events));
    if (outcome) outcome = windows_file.write(lines(some_windows));
    lock.lock();
    if (!outcome && failure.empty()) failure = outcome.errors();
    given_out = upto;
    written.notify_all();
  }
}

void RunFolder::State::wait_until_written() {
  std::unique_lock lock(mutex);
  const auto upto = taken_in;
  hurry = true;
  wake.notify_one();
  written.wait(lock, [&] { return given_out >= upto; });
}

RunFolder::RunFolder(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->writer = std::thread([raw = state_.get()] { raw->write_loop(); });
}

RunFolder::~RunFolder() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->wake.notify_one();
  state_->writer.join();
}

base::Result<std::unique_ptr<RunFolder>> RunFolder::create(const std::string& path) {
  if (const auto made = make_folder(path); !made) return made.errors();
  auto state = std::make_unique<State>(path);
  for (const File* file : {&state->events_file, &state->windows_file}) {
    if (const auto opened = file->status(); !opened) return opened.errors();
  }
  return std::unique_ptr<RunFolder>(new RunFolder(std::move(state)));
}

void RunFolder::append(const Event& event) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->failure.empty()) return;
  state_->events.push_back(event);
  ++state_->taken_in;
  if (!is_mark(event)) return;
  state_->hurry = true;
  state_->wake.notify_one();
}

void RunFolder::append(const Window& window) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->failure.empty()) return;
  state_->windows.push_back(window);
  ++state_->taken_in;
}

base::Status RunFolder::write_manifest(const Manifest& manifest) {
  return write_file("manifest.json", to_json(manifest));
}

base::Status RunFolder::write_file(const std::string& name, std::string_view content) {
  state_->wait_until_written();
  const std::string target = state_->path + '/' + name, draft = target + ".part";
  {
    File file(draft, O_WRONLY | O_CREAT | O_TRUNC);
    base::Status outcome = file.write(content);
    if (outcome) outcome = file.sync();
    if (!outcome) return outcome;
  }
  if (::rename(draft.c_str(), target.c_str()) != 0) return write_error(target, errno);
  return base::success();
}

base::Status RunFolder::status() const {
  state_->wait_until_written();
  const std::lock_guard lock(state_->mutex);
  if (!state_->failure.empty()) return state_->failure;
  return base::success();
}

const std::string& RunFolder::path() const { return state_->path; }

}  // namespace pgrehearse::record
