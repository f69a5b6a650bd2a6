#include "harness/base/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include "harness/base/units.hpp"

namespace pgrehearse::base {
namespace {

using Instant = std::chrono::steady_clock::time_point;

class Quiet final : public Progress {
 public:
  void stage(std::string_view) override {}
  void update(double, double, std::string_view) override {}
  void note(std::string_view) override {}
  void finish() override {}
};

class Terminal final : public Progress {
 public:
  explicit Terminal(int fd) : fd_(fd), live_(::isatty(fd) == 1) {}
  ~Terminal() override { Terminal::finish(); }

  void stage(std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    end_stage();
    name_ = name;
    started_ = drawn_ = std::chrono::steady_clock::now();
    done_ = total_ = 0;
    unit_.clear();
    if (live_) draw();
  }

  void update(double done, double total, std::string_view unit) override {
    const std::scoped_lock lock(mutex_);
    if (name_.empty()) return;
    done_ = done;
    total_ = total;
    unit_ = unit;
    const Duration interval = live_ ? Duration(std::chrono::milliseconds(100)) : Duration(std::chrono::seconds(10));
    const Instant now = std::chrono::steady_clock::now();
    if (now - drawn_ < interval) return;
    drawn_ = now;
    draw();
  }

  void note(std::string_view text) override {
    const std::scoped_lock lock(mutex_);
    erase();
    write(fmt::format("    {}\n", text));
    if (live_ && !name_.empty()) draw();
  }

  void finish() override {
    const std::scoped_lock lock(mutex_);
    end_stage();
  }

 private:
  double elapsed_s() const { return to_seconds(std::chrono::steady_clock::now() - started_); }

  void end_stage() {
    if (name_.empty()) return;
    erase();
    std::string line =
        fmt::format("  {:<34} {:>10}", name_, format_duration(std::chrono::steady_clock::now() - started_));
    if (total_ > 0 && unit_ != "ms")
      line += fmt::format("   {} {}", format_count(static_cast<std::uint64_t>(done_)), unit_);
    write(line + '\n');
    name_.clear();
  }

  // "  traffic pass: baseline     62 %   3.1 s left"
  void draw() {
    std::string line = fmt::format("  {:<34}", name_);
    if (total_ > 0) {
      const double share = std::min(1.0, done_ / total_);
      line += fmt::format(" {:>4.0f} %", share * 100);
      const double rate = done_ / std::max(elapsed_s(), 1e-3);
      if (unit_ != "ms") line += fmt::format("  {} {}/s", format_short(rate), unit_);
      if (share > 0.02 && share < 1) {
        line += fmt::format("  {} left", format_duration(from_ms(elapsed_s() * 1e3 * (1 - share) / share)));
      }
    } else if (done_ > 0) {
      line += fmt::format(" {} {}", format_short(done_), unit_);
    }
    erase();
    write(live_ ? line : line + '\n');
  }

  void erase() {
    if (live_) write("\r\x1b[K");
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const auto written = ::write(fd_, text.data(), text.size());
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  const int fd_;
  const bool live_;
  std::mutex mutex_;
  std::string name_, unit_;
  Instant started_, drawn_;
  double done_ = 0, total_ = 0;
};

}  // namespace

std::unique_ptr<Progress> quiet_progress() { return std::make_unique<Quiet>(); }
std::unique_ptr<Progress> terminal_progress(int fd) { return std::make_unique<Terminal>(fd); }

}  // namespace pgrehearse::base
