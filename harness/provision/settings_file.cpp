#include <fmt/format.h>

#include <cctype>
#include <optional>

#include "harness/provision/settings_import.hpp"

namespace pgrehearse::provision {
namespace {

bool is_name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool is_name_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '.'; }

// One line: "name = value  # comment".
class Line {
 public:
  explicit Line(std::string_view text) : text_(text) {}

  // Nothing left but blanks and a comment.
  bool over() {
    skip_blanks();
    return at_ == text_.size() || text_[at_] == '#';
  }
  std::string name() {
    const std::size_t start = at_;
    if (at_ < text_.size() && is_name_start(text_[at_])) {
      while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }
  // None: a quote that does not end.
  std::optional<std::string> value() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '=') ++at_;
    skip_blanks();
    // As quote_literal() writes a text with backslashes.
    if (text_.substr(at_, 2) == "E'") ++at_;
    if (at_ < text_.size() && text_[at_] == '\'') return quoted();
    const std::size_t start = at_;
    while (at_ < text_.size() && !std::isspace(static_cast<unsigned char>(text_[at_])) && text_[at_] != '#') ++at_;
    return std::string(text_.substr(start, at_ - start));
  }
  int column() const { return static_cast<int>(at_) + 1; }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  std::optional<std::string> quoted() {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      const bool escapes = text_[at_] == '\\' || text_[at_] == '\'';
      const bool doubled = escapes && at_ + 1 < text_.size() && (text_[at_] == '\\' || text_[at_ + 1] == '\'');
      if (text_[at_] == '\'' && !doubled) {
        ++at_;
        return value;
      }
      if (doubled) ++at_;
      value += text_[at_];
    }
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

base::Result<Settings> parse_settings_file(std::string_view text, const std::string& path) {
  Settings settings;
  base::Errors errors;
  int number = 0;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    ++number;
    Line line(whole);
    if (line.over()) continue;
    const std::string name = line.name();
    const auto value = name.empty() ? std::nullopt : line.value();
    if (!name.empty() && value && line.over()) {
      settings[name] = *value;
      continue;
    }
    errors.push_back(base::usage_error("is no line of a configuration file", "write it like work_mem = '64MB'",
                                       {path, number, line.column()}));
  }
  if (!errors.empty()) return errors;
  return settings;
}

}  // namespace pgrehearse::provision
