// How a Target is written: for libpq, and for people.
#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include "harness/postgres/session.hpp"

namespace pgrehearse::postgres {
namespace {

// Within '...' libpq reads a backslash as an escape (documentation of libpq, 34.1.1.1).
std::string quoted(std::string_view value) {
  std::string text = "'";
  for (char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

// The server splits `options` at blanks; a backslash makes a blank part of a value (pg_split_opts in postinit.c).
std::string session_options(const std::map<std::string, std::string>& settings) {
  std::string options;
  for (const auto& [name, value] : settings) {
    options += options.empty() ? "-c " : " -c ";
    options += name + "=";
    for (char c : value) {
      if (c == '\\' || c == ' ' || c == '\t' || c == '\n') options += '\\';
      options += c;
    }
  }
  return options;
}

}  // namespace

std::string Target::connection_string() const {
  std::string text = "client_encoding='UTF8'";
  auto add = [&text](std::string_view key, std::string_view value) {
    if (!value.empty()) text += fmt::format(" {}={}", key, quoted(value));
  };
  add("host", host);
  if (port != 0) add("port", std::to_string(port));
  add("dbname", database);
  add("user", user);
  add("password", password);
  add("application_name", application);
  for (const auto& [key, value] : parameters) {
    if (key != "options") add(key, value);
  }
  const auto own = parameters.find("options");
  std::string options = own == parameters.end() ? "" : own->second;
  if (!settings.empty()) options += (options.empty() ? "" : " ") + session_options(settings);
  add("options", options);
  return text;
}

std::string Target::display() const {
  std::string text = user.empty() ? "" : user + "@";
  text += host.empty() ? "the default host" : host;
  if (port != 0) text += fmt::format(":{}", port);
  if (!database.empty()) text += "/" + database;
  return text;
}

namespace {

using Parsed = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

const std::map<std::string, std::string Target::*> members = {
    {"host", &Target::host}, {"dbname", &Target::database}, {"user", &Target::user}, {"password", &Target::password}};
// These are ours to set.
const std::set<std::string> dropped = {"client_encoding", "application_name", "fallback_application_name"};

bool is_member(const std::string& key) { return key == "port" || members.contains(key); }

void take(Target& target, const std::string& key, const std::string& value) {
  if (key == "port") {
    target.port = std::atoi(value.c_str());
  } else if (const auto member = members.find(key); member != members.end()) {
    target.*member->second = value;
  } else if (!dropped.contains(key)) {
    target.parameters[key] = value;
  }
}

}  // namespace

// PQconninfoParse() knows both forms and fills in nothing; PQconndefaults() reads the environment and service files.
base::Result<Target> parse_target(const std::string& text) {
  char* complaint = nullptr;
  const Parsed given(PQconninfoParse(text.c_str(), &complaint), PQconninfoFree);
  if (!given) {
    PQfreemem(complaint);
    return base::usage_error("this is no connection URI or key=value string that libpq understands",
                             "write it like postgresql://user@host:5432/database");
  }
  Target target;
  const Parsed defaults(PQconndefaults(), PQconninfoFree);
  for (const auto* option = defaults.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr && is_member(option->keyword)) take(target, option->keyword, option->val);
  }
  for (const auto* option = given.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) take(target, option->keyword, option->val);
  }
  return target;
}

}  // namespace pgrehearse::postgres
