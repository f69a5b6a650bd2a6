#include "generators/type_family.hpp"

#include <map>
#include <string>

namespace pgrehearse::generators {
namespace {

// "public.citext", "character varying(20)" -> "citext", "character varying"; arrays keep their brackets.
std::string bare(std::string_view type) {
  std::string name;
  int depth = 0;
  for (const char c : type) {
    depth += c == '(' ? 1 : 0;
    if (depth == 0) name += c;
    depth -= c == ')' ? 1 : 0;
    if (c == '.' && depth == 0) name.clear();
  }
  return name;
}

// Types between which the same values fit, as migrations change one into the other.
std::string family(std::string_view type) {
  static const std::map<std::string, std::string, std::less<>> families{{"smallint", "integer"},
                                                                        {"bigint", "integer"},
                                                                        {"character varying", "text"},
                                                                        {"bpchar", "text"},
                                                                        {"character", "text"},
                                                                        {"citext", "text"},
                                                                        {"real", "float"},
                                                                        {"double precision", "float"},
                                                                        {"timestamp without time zone", "timestamp"},
                                                                        {"timestamp", "timestamp"},
                                                                        {"timestamp with time zone", "timestamp"},
                                                                        {"json", "jsonb"}};
  const std::string name = bare(type);
  const auto found = families.find(name);
  return found == families.end() ? name : found->second;
}

}  // namespace

bool same_kind_of_type(std::string_view a, std::string_view b) { return family(a) == family(b); }

}  // namespace pgrehearse::generators
