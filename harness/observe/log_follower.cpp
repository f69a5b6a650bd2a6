#include "harness/observe/log_follower.hpp"

#include <fmt/format.h>

namespace pgrehearse::observe {

LogFollower::LogFollower(std::unique_ptr<LogFiles> files, LogFormat format)
    : files_(std::move(files)), format_(format), splitter_(format) {
  const auto look = files_->look("", 0);
  if (!look) return;  // read() will say it
  if (const auto current = files_->look(look->current, 0)) {
    turn_to(look->current);
    offset_ = current->size;
  }
}

void LogFollower::turn_to(const std::string& file) {
  file_ = file;
  offset_ = 0;
  splitter_.reset();
}

void LogFollower::add(const std::string& bytes, News& news) {
  offset_ += static_cast<std::int64_t>(bytes.size());
  splitter_.add(bytes);
  while (const auto text = splitter_.next()) {
    if (auto entry = parse_entry(format_, *text)) {
      news.entries.push_back(std::move(*entry));
    } else {
      news.troubles.push_back(fmt::format("not a log entry: {:.80}", *text));
    }
  }
}

// A look says which file is current from before its bytes were read: when that is another one and no bytes came, this
// one is complete.
LogFollower::News LogFollower::read() {
  News news;
  for (;;) {
    const auto look = files_->look(file_, offset_);
    if (!look) {
      news.troubles.push_back(look.errors().front().message);
      return news;
    }
    add(look->bytes, news);
    if (!look->bytes.empty()) continue;
    if (look->current.empty()) {
      news.troubles.push_back("the server writes no log file");
      return news;
    }
    if (look->current != file_) {
      turn_to(look->current);
    } else if (offset_ > look->size) {
      turn_to(file_);  // truncated: begun anew
    } else {
      return news;
    }
  }
}

}  // namespace pgrehearse::observe
