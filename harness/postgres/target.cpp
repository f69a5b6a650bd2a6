// How a Target is written: for libpq, and for people.
#include <fmt/format.h>

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
  add("options", session_options(settings));
  return text;
}

std::string Target::display() const {
  std::string text = user.empty() ? "" : user + "@";
  text += host.empty() ? "the default host" : host;
  if (port != 0) text += fmt::format(":{}", port);
  if (!database.empty()) text += "/" + database;
  return text;
}

}  // namespace pgrehearse::postgres
