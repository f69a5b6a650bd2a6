// libpqxx sends the statements and holds the results. Two things it does not offer are had from libpq below it: all
// fields of an error (libpqxx gives message and SQLSTATE only), by libpq's event for each new result; and a cancel that
// is safe from another thread, by a PGcancel made once.
//
// What differs between libpqxx 6.4 and 7 (7.7.1 or newer, for seize_raw_connection) is in `namespace client`.
#include "harness/postgres/session.hpp"

#include <fmt/format.h>
#include <libpq-events.h>
#include <libpq-fe.h>

#include <charconv>
#include <pqxx/pqxx>

#include "harness/postgres/array.hpp"
#include "harness/postgres/report.hpp"

namespace pgrehearse::postgres {
namespace client {
namespace {

// The texts of `parameters`, null pointers for NULL: a form that every libpqxx takes.
std::vector<const char*> pointers(const std::vector<Parameter>& parameters) {
  std::vector<const char*> result;
  for (const Parameter& parameter : parameters) result.push_back(parameter ? parameter->c_str() : nullptr);
  return result;
}

#if PQXX_VERSION_MAJOR < 7

// Lends out the libpq connection that libpqxx 6 makes.
class Policy : public pqxx::connect_direct {
 public:
  using pqxx::connect_direct::connect_direct;
  handle do_startconnect(handle original) override { return raw_ = pqxx::connect_direct::do_startconnect(original); }
  PGconn* raw() const { return raw_; }

 private:
  PGconn* raw_ = nullptr;
};

class Connection : private Policy, public pqxx::connection_base {
 public:
  explicit Connection(const std::string& options)
      : Policy(options), pqxx::connection_base(*static_cast<Policy*>(this)) {
    init();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // libpqxx 7 never reconnects; 6 must be told not to
    inhibit_reactivation(true);
#pragma GCC diagnostic pop
  }
  ~Connection() { close(); }
  using Policy::raw;
};

pqxx::result execute(pqxx::nontransaction& work, const std::string& sql, const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return work.exec(sql);
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(pointers(parameters)));
}

#else

class Connection {
 public:
  explicit Connection(const std::string& options) : raw_(PQconnectdb(options.c_str())) {
    if (PQstatus(raw_) != CONNECTION_OK) {
      const std::string message = PQerrorMessage(raw_);
      PQfinish(raw_);
      throw pqxx::broken_connection(message);
    }
    connection_.emplace(pqxx::connection::seize_raw_connection(raw_));
  }
  operator pqxx::connection&() { return *connection_; }
  PGconn* raw() const { return raw_; }

 private:
  PGconn* raw_;  // owned by connection_
  std::optional<pqxx::connection> connection_;
};

pqxx::result execute(pqxx::nontransaction& work, const std::string& sql, const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return work.exec(sql);
  pqxx::params values;
  for (const char* text : pointers(parameters)) values.append(text);
#if PQXX_VERSION_MAJOR > 7 || PQXX_VERSION_MINOR >= 9
  return work.exec(sql, values);
#else
  return work.exec_params(sql, values);
#endif
}

#endif

}  // namespace
}  // namespace client

// ---- rows ----------------------------------------------------------------------------------------------------------

struct Rows::State {
  pqxx::result result;

  pqxx::field field(std::size_t row, std::size_t column) const {
    PGR_CHECK(row < static_cast<std::size_t>(result.size()));
    PGR_CHECK(column < static_cast<std::size_t>(result.columns()));
    return result[static_cast<pqxx::result::size_type>(row)][static_cast<pqxx::row::size_type>(column)];
  }
};

namespace {

[[noreturn]] void wrong_kind(std::string_view text, std::string_view wanted) {
  throw std::runtime_error(fmt::format("the server answered \"{}\" where {} was expected", text, wanted));
}

template <class Number>
Number parse_number(std::string_view text, std::string_view wanted) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) wrong_kind(text, wanted);
  return number;
}

}  // namespace

Rows::Rows() : state_(std::make_unique<State>()) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

std::size_t Rows::size() const { return static_cast<std::size_t>(state_->result.size()); }
std::size_t Rows::columns() const { return static_cast<std::size_t>(state_->result.columns()); }

std::string Rows::column_name(std::size_t column) const {
  PGR_CHECK(column < columns());
  return state_->result.column_name(static_cast<pqxx::row::size_type>(column));
}

bool Rows::null(std::size_t row, std::size_t column) const { return state_->field(row, column).is_null(); }

std::string_view Rows::text(std::size_t row, std::size_t column) const {
  const pqxx::field field = state_->field(row, column);
  return {field.c_str(), static_cast<std::size_t>(field.size())};
}

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
  return parse_number<std::int64_t>(text(row, column), "an integer");
}

double Rows::number(std::size_t row, std::size_t column) const {
  return parse_number<double>(text(row, column), "a number");
}

bool Rows::boolean(std::size_t row, std::size_t column) const {
  const std::string_view value = text(row, column);
  if (value == "t") return true;
  if (value == "f") return false;
  wrong_kind(value, "a boolean");
}

std::vector<std::string> Rows::array(std::size_t row, std::size_t column) const {
  return parse_array(text(row, column));
}

std::uint64_t Rows::affected() const { return static_cast<std::uint64_t>(state_->result.affected_rows()); }

// ---- session -------------------------------------------------------------------------------------------------------

struct Session::State {
  State(Target to, const std::string& options) : target(std::move(to)), connection(options) {
    PQregisterEventProc(connection.raw(), &State::on_event, "pgrehearse", this);
    PQsetNoticeReceiver(connection.raw(), &State::on_notice, this);
  }

  pqxx::result execute(const std::string& sql, const std::vector<Parameter>& parameters) {
    failed.reset();
    pqxx::nontransaction work(connection);
    return client::execute(work, sql, parameters);
  }

  // Why the statement failed for which libpqxx threw `thrown`.
  Failure::Report report(const std::exception& thrown) const {
    if (failed) return *failed;
    if (PQstatus(connection.raw()) == CONNECTION_BAD) return read_report(connection.raw());
    Failure::Report report;
    report.message = thrown.what();
    return report;
  }

  // The first failure counts: a lost connection is told after the server's reason for ending it.
  static int on_event(PGEventId id, void* info, void* self) {
    if (id != PGEVT_RESULTCREATE) return 1;
    const auto* event = static_cast<PGEventResultCreate*>(info);
    auto& state = *static_cast<State*>(self);
    if (PQresultStatus(event->result) == PGRES_FATAL_ERROR && !state.failed) {
      state.failed = read_report(event->result, event->conn);
    }
    return 1;
  }

  // A server that ends an idle session says why between two statements; libpq takes that for a notice.
  static void on_notice(void* self, const PGresult* notice) {
    auto& state = *static_cast<State*>(self);
    const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char* message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (severity == nullptr || message == nullptr) return;
    if (std::string_view(severity) == "FATAL") {
      state.failed = read_report(notice, state.connection.raw());
    } else {
      state.notices.push_back(fmt::format("{}: {}", severity, message));
    }
  }

  Target target;
  std::optional<Failure::Report> failed;
  std::vector<std::string> notices;
  client::Connection connection;
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> canceller{PQgetCancel(connection.raw()), &PQfreeCancel};
};

base::Result<std::unique_ptr<Session>> Session::open(const Target& target) {
  try {
    return std::unique_ptr<Session>(new Session(std::make_unique<State>(target, target.connection_string())));
  } catch (const pqxx::broken_connection& error) {
    return connect_error(target, error.what());
  }
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;

Rows Session::query(std::string_view sql, const std::vector<Parameter>& parameters) {
  const std::string text(sql);
  try {
    Rows rows;
    rows.state_->result = state_->execute(text, parameters);
    return rows;
  } catch (const pqxx::failure& error) {
    throw Failure(state_->report(error), text);
  }
}

std::optional<Failure> Session::attempt(std::string_view sql) {
  try {
    query(sql);
    return std::nullopt;
  } catch (const Failure& failure) {
    return failure;
  }
}

int Session::backend_pid() const { return PQbackendPID(state_->connection.raw()); }
int Session::server_version() const { return PQserverVersion(state_->connection.raw()); }

// A cancel that does not arrive is no failure: the statement may have ended meanwhile.
void Session::cancel() {
  char error[256];
  PQcancel(state_->canceller.get(), error, sizeof error);
}

std::vector<std::string> Session::take_notices() { return std::exchange(state_->notices, {}); }
const Target& Session::target() const { return state_->target; }

}  // namespace pgrehearse::postgres
