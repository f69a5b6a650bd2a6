#include "harness/postgres/copy.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstdlib>

#include "harness/postgres/report.hpp"

namespace pgrehearse::postgres {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

}  // namespace

struct CopyConnection::State {
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection;
  std::string copy;  // the COPY that is under way

  PGconn* raw() const { return connection.get(); }

  Result execute(const std::string& sql, ExecStatusType wanted) {
    Result result(PQexec(raw(), sql.c_str()), &PQclear);
    if (PQresultStatus(result.get()) != wanted) fail(result, sql);
    return result;
  }

  [[noreturn]] void fail(const Result& result, const std::string& sql) const {
    throw Failure(result ? read_report(result.get(), raw()) : read_report(raw()), sql);
  }

  // What the COPY ended with. Drains the connection, so that it can be used again.
  Result outcome() {
    Result first(PQgetResult(raw()), &PQclear);
    while (PGresult* further = PQgetResult(raw())) {
      PQclear(further);
      if (PQstatus(raw()) == CONNECTION_BAD) break;
    }
    return first;
  }
};

base::Result<std::unique_ptr<CopyConnection>> CopyConnection::open(const Target& target) {
  auto state =
      std::make_unique<State>(State{{PQconnectdb(target.connection_string().c_str()), &PQfinish}, std::string()});
  if (PQstatus(state->raw()) != CONNECTION_OK) return connect_error(target, PQerrorMessage(state->raw()));
  PQsetNoticeReceiver(
      state->raw(), [](void*, const PGresult*) {}, nullptr);
  return std::unique_ptr<CopyConnection>(new CopyConnection(std::move(state)));
}

CopyConnection::CopyConnection(std::unique_ptr<State> state) : state_(std::move(state)) {}
CopyConnection::~CopyConnection() = default;

void CopyConnection::execute(std::string_view sql) {
  const std::string text(sql);
  Result result(PQexec(state_->raw(), text.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) state_->fail(result, text);
}

void CopyConnection::begin(std::string_view sql) {
  state_->copy = sql;
  state_->execute(state_->copy, PGRES_COPY_IN);
}

// libpq's buffer takes any size, but its int does not; a failed COPY shows only at the end or as a lost connection.
void CopyConnection::write(std::span<const char> bytes) {
  PGR_CHECK(bytes.size() < (std::size_t{1} << 30));
  if (PQputCopyData(state_->raw(), bytes.data(), static_cast<int>(bytes.size())) == 1) return;
  const Result result = state_->outcome();
  state_->fail(result, state_->copy);
}

std::uint64_t CopyConnection::finish() {
  const int sent = PQputCopyEnd(state_->raw(), nullptr);
  const Result result = state_->outcome();
  if (sent != 1 || PQresultStatus(result.get()) != PGRES_COMMAND_OK) state_->fail(result, state_->copy);
  return std::strtoull(PQcmdTuples(result.get()), nullptr, 10);
}

void CopyConnection::abandon(std::string_view reason) {
  const int sent = PQputCopyEnd(state_->raw(), std::string(reason).c_str());
  const Result result = state_->outcome();
  if (sent != 1) state_->fail(result, state_->copy);
}

}  // namespace pgrehearse::postgres
