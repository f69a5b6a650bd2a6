#include "harness/load/sql_statement.hpp"

#include <algorithm>
#include <cctype>

namespace pgrehearse::load {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80); }
bool is_name(char c) { return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)); }

// Each skip function gets the offset of an opening and returns the offset behind the closing, or npos without one.
constexpr auto npos = std::string_view::npos;

std::size_t skip_quoted(std::string_view text, std::size_t at, char quote, bool backslashes) {
  for (++at; at < text.size(); ++at) {
    if (backslashes && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (at + 1 >= text.size() || text[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return npos;
}

std::size_t skip_block_comment(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text.substr(at, 2) == "/*") {
      ++depth;
      ++at;
    } else if (text.substr(at, 2) == "*/") {
      ++at;
      if (--depth == 0) return at + 1;
    }
  }
  return npos;
}

std::size_t skip_line(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  return end == npos ? text.size() : end + 1;
}

// The length of the $tag$ at `at`; 0 when there is none.
std::size_t dollar_tag(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) return 0;
  while (end < text.size() && is_name(text[end])) ++end;
  return end < text.size() && text[end] == '$' ? end + 1 - at : 0;
}

std::size_t skip_dollar_quoted(std::string_view text, std::size_t at, std::size_t tag) {
  const auto close = text.find(text.substr(at, tag), at + tag);
  return close == npos ? npos : close + tag;
}

bool same_word(std::string_view word, std::string_view lower) {
  return std::equal(word.begin(), word.end(), lower.begin(), lower.end(),
                    [](unsigned char x, char y) { return std::tolower(x) == y; });
}

// Semicolons between BEGIN ATOMIC and its END belong to the statement that creates the function.
class FunctionBody {
 public:
  void word(std::string_view word) {
    if (words_ < 4) first_[words_] = static_cast<char>(std::tolower(static_cast<unsigned char>(word[0])));
    ++words_;
    if (!creates_routine()) return;
    if (same_word(word, "begin") || (depth_ > 0 && same_word(word, "case"))) ++depth_;
    if (depth_ > 0 && same_word(word, "end")) --depth_;
  }
  bool open() const { return depth_ > 0; }

 private:
  // By the first letters of the first words: create [or replace] function or procedure.
  bool creates_routine() const {
    const auto routine = [](char c) { return c == 'f' || c == 'p'; };
    if (first_[0] != 'c') return false;
    return routine(first_[1]) || (first_[1] == 'o' && first_[2] == 'r' && routine(first_[3]));
  }

  char first_[4] = {};
  std::size_t words_ = 0;
  int depth_ = 0;
};

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t begin) : text_(text), at_(begin) {}

  SqlStatement scan() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ';' && depth_ == 0 && !body_.open()) return finish(at_ + 1);
      if (c == '\\') {
        if (!escaped()) return finish(at_);
        continue;
      }
      if (c == '(') ++depth_;
      if (c == ')') depth_ = std::max(depth_ - 1, 0);
      if (!quoted() && !variable()) copy(at_ + 1);
    }
    return finish(text_.size());
  }

 private:
  SqlStatement finish(std::size_t end) {
    result_.end = end;
    for (std::string* text : {&result_.text, &result_.sql}) {
      while (!text->empty() && is_space(text->back())) text->pop_back();
    }
    return std::move(result_);
  }

  void copy(std::size_t to) {
    result_.text += text_.substr(at_, to - at_);
    result_.sql += text_.substr(at_, to - at_);
    at_ = to;
  }

  // \; and \: leave the semicolon or the colon, which then ends nothing.
  bool escaped() {
    if (at_ + 1 >= text_.size() || (text_[at_ + 1] != ';' && text_[at_ + 1] != ':')) return false;
    ++at_;
    if (text_[at_] == ';' || !variable()) copy(at_ + 1);
    return true;
  }

  // What must be copied as it stands: quotes, comments, names (an E before a quote belongs to it) and "::", ":=".
  bool quoted() {
    const char c = text_[at_];
    const std::string_view two = text_.substr(at_, 2);
    if (c == '\'') return verbatim(skip_quoted(text_, at_, '\'', false), "a quoted text");
    if (c == '"') return verbatim(skip_quoted(text_, at_, '"', false), "a quoted name");
    if (two == "e'" || two == "E'") return verbatim(skip_quoted(text_, at_ + 1, '\'', true), "a quoted text");
    if (two == "--") return verbatim(skip_line(text_, at_), nullptr);
    if (two == "/*") return verbatim(skip_block_comment(text_, at_), "a comment");
    if (two == "::" || two == ":=") return verbatim(at_ + 2, nullptr);
    if (c == '$') {
      const std::size_t tag = dollar_tag(text_, at_);
      return tag > 0 && verbatim(skip_dollar_quoted(text_, at_, tag), "a dollar-quoted text");
    }
    if (!starts_name(c)) return false;
    std::size_t end = at_;
    while (end < text_.size() && (is_name(text_[end]) || text_[end] == '$')) ++end;
    body_.word(text_.substr(at_, end - at_));
    return verbatim(end, nullptr);
  }

  bool verbatim(std::size_t end, const char* what) {
    if (end == npos) result_.unclosed = what;
    copy(std::min(end, text_.size()));
    return true;
  }

  bool variable() {
    if (text_[at_] != ':' || at_ + 1 >= text_.size() || !starts_name(text_[at_ + 1])) return false;
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_name(text_[end])) ++end;
    result_.uses.push_back({std::string(text_.substr(at_ + 1, end - at_ - 1)), at_});
    result_.text += text_.substr(at_, end - at_);
    result_.sql += '$' + std::to_string(result_.uses.size());
    at_ = end;
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  int depth_ = 0;
  FunctionBody body_;
  SqlStatement result_;
};

}  // namespace

SqlStatement scan_sql_statement(std::string_view text, std::size_t begin) { return Scanner(text, begin).scan(); }

std::size_t skip_blank(std::string_view text, std::size_t begin) {
  while (begin < text.size()) {
    if (is_space(text[begin])) {
      ++begin;
    } else if (text.substr(begin, 2) == "--") {
      begin = skip_line(text, begin);
    } else if (const auto end = text.substr(begin, 2) == "/*" ? skip_block_comment(text, begin) : npos; end != npos) {
      begin = end;
    } else {
      break;
    }
  }
  return begin;
}

std::vector<TextPart> split_at_variables(std::string_view text) {
  std::vector<TextPart> parts(1);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == ':' && end < text.size() && starts_name(text[end])) {
      while (end < text.size() && is_name(text[end])) ++end;
      parts.back().variable = text.substr(at + 1, end - at - 1);
      parts.emplace_back();
    } else {
      while (text[at] == ':' && end < text.size() && text[end] == ':') ++end;  // a cast
      parts.back().text += text.substr(at, end - at);
    }
    at = end;
  }
  return parts;
}

}  // namespace pgrehearse::load
