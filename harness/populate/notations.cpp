#include "harness/populate/notations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace pgrehearse::populate {
namespace {

using generators::Kind;
using generators::Type;

constexpr int kLongestVector = 4000;

// Each # becomes a whole number. With `[#, ...]` as many of them as the type's modifier says, as for vector(3).
std::vector<std::string> usual_notations(int typmod) {
  std::vector<std::string> notations;
  if (typmod > 0 && typmod <= kLongestVector) {
    std::string list = "[#";
    for (int i = 1; i < typmod; ++i) list += ",#";
    notations.push_back(list + "]");
  }
  for (const char* usual : {"(#,#)", "[#,#,#]", "#", "POINT(# #)", "POLYGON((0 0, 0 #, # #, # 0, 0 0))",
                            "LINESTRING(0 0, # #)", "{#}", "a#", "#.0"})
    notations.emplace_back(usual);
  return notations;
}

std::string with_number(std::string notation, int number) {
  for (auto at = notation.find('#'); at != std::string::npos; at = notation.find('#'))
    notation.replace(at, 1, std::to_string(number));
  return notation;
}

class Notations {
 public:
  explicit Notations(postgres::Session& session) : session_(session) {}

  // `name`: as in SQL, with its modifiers.
  std::string of(const std::string& name) {
    const auto known = found_.find(name);
    if (known != found_.end()) return known->second;
    std::string found;
    for (const std::string& notation : usual_notations(modifier(name)))
      if (found.empty() && reads(name, notation)) found = notation;
    return found_[name] = found;
  }

 private:
  static int modifier(const std::string& name) {
    const auto open = name.find('(');
    return open == std::string::npos ? -1 : std::atoi(name.c_str() + open + 1);
  }

  // Different numbers must stay different values.
  bool reads(const std::string& name, const std::string& notation) {
    std::string values;
    for (int number : {1, 2, 37})
      values += fmt::format("{}({}::{})", values.empty() ? "" : ", ",
                            postgres::quote_literal(with_number(notation, number)), name);
    return !session_.attempt(
        fmt::format("SELECT 1 / (count(DISTINCT v::text) = 3)::int FROM (VALUES {}) AS t(v)", values));
  }

  postgres::Session& session_;
  std::map<std::string, std::string> found_;
};

void settle(Notations& notations, Type& type, std::vector<std::string>& found) {
  if (type.kind == Kind::other && type.notation.empty()) {
    type.notation = notations.of(type.name);
    if (!type.notation.empty())
      found.push_back(fmt::format("values of type {} are made in the form {}", type.name,
                                  type.notation.substr(0, 30) + (type.notation.size() > 30 ? "..." : "")));
  }
  for (Type& field : type.fields) settle(notations, field, found);
  if (!type.element) return;
  Type element = *type.element;
  settle(notations, element, found);
  type.element = std::make_shared<const Type>(std::move(element));
}

}  // namespace

void find_notations(postgres::Session& session, Catalog& catalog) {
  Notations notations(session);
  for (std::size_t table = 0; table < catalog.tables.size(); ++table)
    for (generators::Column& column : catalog.shape.tables[table].columns) {
      if (column.generated || column.override_) continue;
      std::vector<std::string> found;
      settle(notations, column.type, found);
      std::string& note = catalog.tables[table].note;
      for (const std::string& text : found)
        if (note.find(text) == std::string::npos) note += (note.empty() ? "" : "; ") + text;
    }
}

}  // namespace pgrehearse::populate
