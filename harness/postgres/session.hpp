// The way to talk to the server: one connection, statements one after another. Built on libpqxx; everything that
// differs between libpqxx 6.4 and 7.x stays in session.cpp.
//
// Two kinds of SQL go through here. Ours, which must work: query() throws Failure, and the calling module turns that
// into an Error at its boundary. The user's, whose failure is an outcome of the experiment: attempt() returns it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::postgres {

// How to reach a database. An empty or zero member is left to libpq's defaults (PGHOST and friends).
struct Target {
  std::string host;  // a name, an address, or the folder of a Unix socket
  int port = 0;
  std::string database;
  std::string user;
  std::string password;
  std::string application;                      // application_name
  std::map<std::string, std::string> settings;  // set for the session from its start: lock_timeout, ...
  // What else libpq takes, verbatim: sslmode, sslrootcert, hostaddr, ...
  std::map<std::string, std::string> parameters = {};

  // libpq's key='value' form. Holds the password: never print or log it.
  std::string connection_string() const;
  // For people, without the password: "postgres@/tmp/x:5432/app".
  std::string display() const;
};

// From a connection URI or a key=value string, as psql takes them. What it leaves out comes from libpq's environment
// (PGHOST, PGDATABASE, PGSERVICE, ...), but for PGOPTIONS: `options` are kept as they are only where they stand in the
// text. The error does not repeat the text, which may hold a password.
base::Result<Target> parse_target(const std::string& text);

// A statement failed, or the connection broke (then sqlstate is of class 08, or 57P01..57P03).
class Failure : public std::runtime_error {
 public:
  struct Report {
    std::string sqlstate, message, detail, hint, context;
    std::string schema, table, column, constraint;
    int position = 0;  // 1-based, in characters of the statement; 0: none
  };
  Failure(Report report, std::string sql);
  const Report& report() const { return report_; }
  const std::string& sqlstate() const { return report_.sqlstate; }
  const std::string& sql() const { return sql_; }
  bool connection_lost() const;
  // Message, detail and hint on one line.
  std::string summary() const;

 private:
  Report report_;
  std::string sql_;
};

base::Error to_error(const Failure& failure, std::string_view doing);  // environment error: "while <doing>: ..."

// A result in text form. Cheap to move; views live as long as the Rows.
class Rows {
 public:
  Rows();
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  std::size_t size() const;
  std::size_t columns() const;
  std::string column_name(std::size_t column) const;
  bool null(std::size_t row, std::size_t column) const;
  // The text; empty when null. The other accessors read it and throw std::runtime_error when it is not of the kind.
  std::string_view text(std::size_t row, std::size_t column) const;
  std::string string(std::size_t row, std::size_t column) const { return std::string(text(row, column)); }
  std::int64_t integer(std::size_t row, std::size_t column) const;
  double number(std::size_t row, std::size_t column) const;
  bool boolean(std::size_t row, std::size_t column) const;
  // An array of text, int, name or oid in the server's text form; NULL elements come as empty strings.
  std::vector<std::string> array(std::size_t row, std::size_t column) const;
  std::uint64_t affected() const;

 private:
  friend class Session;
  struct State;
  std::unique_ptr<State> state_;
};

using Parameter = std::optional<std::string>;  // text form; none is NULL

class Session {
 public:
  static base::Result<std::unique_ptr<Session>> open(const Target& target);
  ~Session();

  // Without parameters several statements may stand in `sql`, as one simple query; the last result is returned. With
  // parameters exactly one, as $1, $2, ... Autocommit: BEGIN and COMMIT are statements like any other.
  Rows query(std::string_view sql, const std::vector<Parameter>& parameters = {});
  // The same for SQL whose failure is an outcome. An exception only where this program is at fault.
  std::optional<Failure> attempt(std::string_view sql);

  int backend_pid() const;
  int server_version() const;  // 150018
  // Asks the server to cancel what this session runs. Thread-safe: the only member that is.
  void cancel();
  // NOTICE, WARNING and the like since the last call, as "WARNING: text".
  std::vector<std::string> take_notices();
  const Target& target() const;

 private:
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Names and values in SQL text, always quoted; needs no connection (standard_conforming_strings = on).
std::string quote_identifier(std::string_view name);                          // "na""me"
std::string quote_qualified(std::string_view schema, std::string_view name);  // "s"."n"
std::string quote_literal(std::string_view value);                            // 'va''lue', or E'..' with backslashes

}  // namespace pgrehearse::postgres
