#include "harness/base/result.hpp"

namespace pgrehearse::base {

std::string to_string(const Error& error) {
  std::string text;
  if (!error.place.file.empty()) {
    text += error.place.file + ':';
    if (error.place.line > 0) text += std::to_string(error.place.line) + ':';
    if (error.place.line > 0 && error.place.column > 0) text += std::to_string(error.place.column) + ':';
    text += ' ';
  }
  text += "error: " + error.message;
  if (!error.hint.empty()) text += "\n  hint: " + error.hint;
  return text;
}

}  // namespace pgrehearse::base
