#include "harness/base/secrets.hpp"

#include <regex>

namespace pgrehearse::base {

bool is_connection_text(std::string_view text) {
  static const std::regex pairs(R"(^\s*[a-z_]+\s*=.*)");
  return text.starts_with("postgres://") || text.starts_with("postgresql://") ||
         std::regex_match(text.begin(), text.end(), pairs);
}

// In a URI a password ends at the last @ before the path; an @ of its own should be escaped, but is not always.
std::string without_password(const std::string& text) {
  static const std::regex in_uri(R"((postgres(?:ql)?://[^:/?#@]*:)[^/?#]*@)");
  static const std::regex pair(R"(((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&']+))");
  return std::regex_replace(std::regex_replace(text, in_uri, "$1***@"), pair, "$1***");
}

}  // namespace pgrehearse::base
