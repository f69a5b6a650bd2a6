#include "harness/postgres/array.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace pgrehearse::postgres {
namespace {

class ArrayReader {
 public:
  explicit ArrayReader(std::string_view text) : text_(text) {}

  std::vector<std::string> read() {
    std::vector<std::string> elements;
    expect('{');
    if (peek() != '}') {
      elements.push_back(element());
      while (peek() == ',') {
        ++at_;
        elements.push_back(element());
      }
    }
    expect('}');
    if (at_ != text_.size()) fail();
    return elements;
  }

 private:
  std::string element() { return peek() == '"' ? quoted() : bare(); }

  std::string quoted() {
    std::string value;
    expect('"');
    while (peek() != '"') {
      if (peek() == '\\') ++at_;
      value += take();
    }
    expect('"');
    return value;
  }

  std::string bare() {
    std::string value;
    while (peek() != ',' && peek() != '}') {
      if (peek() == '{') fail();  // of more than one dimension
      if (peek() == '\\') ++at_;
      value += take();
    }
    return value == "NULL" ? "" : value;
  }

  char peek() const {
    if (at_ >= text_.size()) fail();
    return text_[at_];
  }
  char take() {
    const char c = peek();
    ++at_;
    return c;
  }
  void expect(char wanted) {
    if (take() != wanted) fail();
  }
  [[noreturn]] void fail() const { throw std::runtime_error(fmt::format("not an array of one dimension: {}", text_)); }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> parse_array(std::string_view text) { return ArrayReader(text).read(); }

}  // namespace pgrehearse::postgres
