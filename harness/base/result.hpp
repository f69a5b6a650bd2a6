// A value, or the reasons why there is none. Every mistake of the user and every failure of the environment travels
// this way; all that can be found at once is reported at once, so the failure side is a list and never empty.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/check.hpp"

namespace pgrehearse::base {

// What the user can do about it, and so the exit status: usage is 2, environment is 4, interrupted is 130.
enum class ErrorKind { usage, environment, interrupted };

// Where in the user's files. Lines and columns count from 1; 0 means unknown. An empty file means "no place".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Error {
  ErrorKind kind = ErrorKind::usage;
  std::string message;  // what was found and what was expected; one sentence, no full stop, no newline at the end
  Place place;
  std::string hint;  // what to do about it; may be empty
};

using Errors = std::vector<Error>;

inline Error usage_error(std::string message, std::string hint = {}, Place place = {}) {
  return {ErrorKind::usage, std::move(message), std::move(place), std::move(hint)};
}
inline Error environment_error(std::string message, std::string hint = {}) {
  return {ErrorKind::environment, std::move(message), {}, std::move(hint)};
}
inline Error interrupted_error() { return {ErrorKind::interrupted, "interrupted", {}, {}}; }

// "file:line:column: error: message" and, on a second line, "  hint: ...". Unknown parts are left out.
std::string to_string(const Error& error);

struct Nothing {};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, Errors{std::move(error)}) {}
  Result(Errors errors) : state_(std::in_place_index<1>, std::move(errors)) { PGR_CHECK(!std::get<1>(state_).empty()); }

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only when ok(); checked.
  T& value() & {
    PGR_CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    PGR_CHECK(ok());
    return std::get<0>(state_);
  }
  T value() && {
    PGR_CHECK(ok());
    return std::move(std::get<0>(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Only when !ok(); checked. Never empty.
  const Errors& errors() const& {
    PGR_CHECK(!ok());
    return std::get<1>(state_);
  }
  Errors errors() && {
    PGR_CHECK(!ok());
    return std::move(std::get<1>(state_));
  }

 private:
  std::variant<T, Errors> state_;
};

using Status = Result<Nothing>;
inline Status success() { return Nothing{}; }

}  // namespace pgrehearse::base
