#include "harness/profile/json_places.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pgrehearse::profile {
namespace {

class Walk {
 public:
  Walk(std::string_view text, const std::set<std::string>& wanted) : text_(text), wanted_(wanted) {}

  std::map<std::string, std::size_t> run() {
    value("");
    return std::move(found_);
  }

 private:
  void value(const std::string& pointer) {
    skip_blanks();
    if (wanted_.contains(pointer)) found_[pointer] = at_;
    if (text_[at_] == '{') {
      object(pointer);
    } else if (text_[at_] == '[') {
      array(pointer);
    } else if (text_[at_] == '"') {
      string();
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
  }

  void object(const std::string& pointer) {
    for (bool more = open('}'); more; more = next()) {
      skip_blanks();
      const std::string key = string();
      skip_blanks();
      ++at_;  // the colon
      value(pointer_to(pointer, key));
    }
  }

  void array(const std::string& pointer) {
    std::size_t position = 0;
    for (bool more = open(']'); more; more = next()) value(pointer_to(pointer, position++));
  }

  // Whether there is a first item.
  bool open(char end) {
    ++at_;
    skip_blanks();
    if (text_[at_] != end) return true;
    ++at_;
    return false;
  }
  // Whether there is one more item.
  bool next() {
    skip_blanks();
    return text_[at_++] == ',';
  }

  std::string string() {
    const std::size_t start = at_++;
    bool escapes = false;
    while (text_[at_] != '"') {
      escapes = escapes || text_[at_] == '\\';
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    ++at_;
    const std::string_view quoted = text_.substr(start, at_ - start);
    if (escapes) return nlohmann::json::parse(quoted).get<std::string>();
    return std::string(quoted.substr(1, quoted.size() - 2));
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  std::string_view text_;
  const std::set<std::string>& wanted_;
  std::map<std::string, std::size_t> found_;
  std::size_t at_ = 0;
};

}  // namespace

std::string pointer_to(const std::string& parent, std::string_view key) {
  std::string pointer = parent + '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string pointer_to(const std::string& parent, std::size_t position) {
  return parent + '/' + std::to_string(position);
}

base::Place place_of(std::string_view text, const std::string& file, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(before.size() - line_start) + 1};
}

std::map<std::string, base::Place> locate(std::string_view text, const std::string& file,
                                          const std::set<std::string>& pointers) {
  std::map<std::string, base::Place> places;
  for (const auto& [pointer, byte] : Walk(text, pointers).run()) places[pointer] = place_of(text, file, byte);
  return places;
}

}  // namespace pgrehearse::profile
