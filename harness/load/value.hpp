// What a variable of a script holds: a value of pgbench's types, or text in PostgreSQL's text form.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace pgrehearse::load {

// What expressions calculate with; std::monostate is NULL.
using Value = std::variant<std::monostate, std::int64_t, double, bool>;

// A script could not go on for a reason that lies in itself: a division by zero, an empty range, a table without
// further new rows. It is counted like an error of the server, under the SQLSTATE that PostgreSQL would use.
struct ScriptFailure {
  std::string sqlstate, message;
};

// Not thread-safe: value() keeps what it has read from the text.
class Variable {
 public:
  Variable() = default;

  bool is_set() const { return form_ != Form::unset; }
  void set(const Value& value) {
    form_ = Form::value;
    value_ = value;
  }
  void set_text(std::string_view text) {
    form_ = Form::text;
    text_ = text;
  }

  // The text where it has one; none: it is a value, or not set.
  const std::string* text() const { return form_ == Form::text || form_ == Form::both ? &text_ : nullptr; }
  // For expressions. Text becomes a value by pgbench's rules: null; true, yes, on, false, no, off and their beginnings;
  // a whole number; a double. Throws ScriptFailure where it is none of these, or the variable is not set; `name` is for
  // the message.
  const Value& value(std::string_view name);

 private:
  enum class Form : std::uint8_t { unset, value, text, both };
  Form form_ = Form::unset;
  Value value_;
  std::string text_;
};

// As pgbench writes values into statements: NULL, true, false, 15 digits of a double. At most 31 characters and a
// terminating zero.
inline constexpr std::size_t longest_value_text = 32;
void write_text(const Value& value, std::array<char, longest_value_text>& text);

}  // namespace pgrehearse::load
