#include "harness/postgres/async_connection.hpp"

#include <libpq-fe.h>

#include "harness/postgres/report.hpp"

namespace pgrehearse::postgres {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

bool is_copy(ExecStatusType status) {
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

LastRow last_row(const PGresult* result) {
  LastRow last;
  last.rows = static_cast<std::uint64_t>(PQntuples(result));
  for (int column = 0; last.rows > 0 && column < PQnfields(result); ++column) {
    last.columns.emplace_back(PQfname(result, column), PQgetvalue(result, PQntuples(result) - 1, column));
  }
  return last;
}

}  // namespace

struct AsyncConnection::State {
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection;
  PostgresPollingStatusType polling = PGRES_POLLING_WRITING;  // libpq: begin as if it had said so
  bool connected = false, busy = false, unsent = false;
  bool pipeline = false, keep = false;
  int syncs = 0;   // of the pipeline, whose answers have not come
  Done outcome{};  // of the statement under way, as far as known, or the last one
  std::vector<LastRow> results{};

  PGconn* raw() const { return connection.get(); }

  // After a PQsend... function: flushes what fits.
  bool begun(int sent) {
    if (sent != 1) return false;
    if (pipeline) return true;  // goes out with the next sync
    busy = true;
    forget();
    return flush();
  }
  void forget() {
    outcome.sqlstate.clear();
    outcome.message.clear();
    outcome.rows = 0;
    outcome.connection_lost = false;
    results.clear();
  }
  bool sync() {
    if (PQpipelineSync(raw()) != 1) return false;
    ++syncs;
    return flush();
  }
  bool flush() {
    const int left = PQflush(raw());
    unsent = left == 1;
    return left >= 0;
  }

  void take(const Result& result) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      outcome.rows = static_cast<std::uint64_t>(PQntuples(result.get()));
      if (keep) results.push_back(last_row(result.get()));
    } else if (status == PGRES_PIPELINE_SYNC) {
      --syncs;
    } else if (is_copy(status)) {
      outcome.sqlstate = "08P01";
      outcome.message = "COPY with the client is not supported here";
      outcome.connection_lost = true;
    } else if (status == PGRES_EMPTY_QUERY) {
      if (keep) results.emplace_back();
    } else if (status != PGRES_PIPELINE_ABORTED && outcome.sqlstate.empty()) {  // the first reason is the best
      auto report = read_report(result.get(), raw());
      outcome.sqlstate = std::move(report.sqlstate);
      outcome.message = std::move(report.message);
    }
  }

  // Idle once the last sync was answered; libpq has a null behind it.
  bool leave_pipeline() {
    pipeline = false;
    while (const Result rest{PQgetResult(raw()), &PQclear}) take(rest);
    return PQexitPipelineMode(raw()) == 1;
  }

  // The connection broke. What the server still said (57P01, ...) stands before libpq's own message.
  const Done* lost() {
    busy = false;
    for (Result result(PQgetResult(raw()), &PQclear); result; result.reset(PQgetResult(raw()))) {
      take(result);
      if (is_copy(PQresultStatus(result.get()))) break;  // it would come again and again
    }
    if (outcome.sqlstate.empty()) {
      auto report = read_report(raw());
      outcome.sqlstate = std::move(report.sqlstate);
      outcome.message = std::move(report.message);
    }
    outcome.connection_lost = true;
    return &outcome;
  }
};

AsyncConnection::AsyncConnection(const Target& target)
    : state_(new State{{PQconnectStart(target.connection_string().c_str()), &PQfinish}}) {
  if (!state_->raw() || PQstatus(state_->raw()) == CONNECTION_BAD) state_->polling = PGRES_POLLING_FAILED;
  if (state_->raw()) PQsetErrorVerbosity(state_->raw(), PQERRORS_VERBOSE);  // for connect_error()
}

AsyncConnection::~AsyncConnection() = default;
AsyncConnection::AsyncConnection(AsyncConnection&&) noexcept = default;
AsyncConnection& AsyncConnection::operator=(AsyncConnection&&) noexcept = default;

AsyncConnection::Connecting AsyncConnection::poll_connect() {
  State& state = *state_;
  if (state.polling != PGRES_POLLING_FAILED) state.polling = PQconnectPoll(state.raw());
  if (state.polling == PGRES_POLLING_FAILED) return Connecting::failed;
  if (state.polling != PGRES_POLLING_OK) return Connecting::again;
  state.connected = PQsetnonblocking(state.raw(), 1) == 0;
  PQsetErrorVerbosity(state.raw(), PQERRORS_DEFAULT);
  PQsetNoticeReceiver(
      state.raw(), [](void*, const PGresult*) {}, nullptr);
  return state.connected ? Connecting::connected : Connecting::failed;
}

int AsyncConnection::fd() const { return PQsocket(state_->raw()); }

AsyncConnection::Wants AsyncConnection::wants() const {
  if (state_->connected) return state_->unsent ? Wants::read_write : Wants::read;
  if (state_->polling == PGRES_POLLING_READING) return Wants::read;
  return state_->polling == PGRES_POLLING_WRITING ? Wants::write : Wants::nothing;
}

AsyncConnection::Refusal AsyncConnection::connect_error() const {
  auto report = read_verbose_report(state_->raw());
  return {std::move(report.sqlstate), std::move(report.message)};
}

bool AsyncConnection::send_prepare(std::string_view name, const std::string& sql) {
  return state_->begun(PQsendPrepare(state_->raw(), std::string(name).c_str(), sql.c_str(), 0, nullptr));
}

bool AsyncConnection::send_prepared(const std::string& name, std::span<const char* const> text_parameters) {
  return state_->begun(PQsendQueryPrepared(state_->raw(), name.c_str(), static_cast<int>(text_parameters.size()),
                                           text_parameters.data(), nullptr, nullptr, 0));
}

bool AsyncConnection::send_parameters(const std::string& sql, std::span<const char* const> text_parameters) {
  return state_->begun(PQsendQueryParams(state_->raw(), sql.c_str(), static_cast<int>(text_parameters.size()), nullptr,
                                         text_parameters.data(), nullptr, nullptr, 0));
}

bool AsyncConnection::begin_pipeline() {
  if (PQenterPipelineMode(state_->raw()) != 1) return false;
  state_->pipeline = true;
  state_->forget();
  return true;
}

bool AsyncConnection::sync_pipeline() { return state_->sync(); }

bool AsyncConnection::end_pipeline() {
  state_->busy = true;
  return state_->sync();
}

bool AsyncConnection::in_pipeline() const { return state_->pipeline; }
void AsyncConnection::keep_results(bool keep) { state_->keep = keep; }
const std::vector<LastRow>& AsyncConnection::results() const { return state_->results; }

bool AsyncConnection::send_query(const std::string& sql) {
  return state_->begun(PQsendQuery(state_->raw(), sql.c_str()));
}

const AsyncConnection::Done* AsyncConnection::advance() {
  State& state = *state_;
  if (PQconsumeInput(state.raw()) != 1) return state.lost();
  if (state.unsent && !state.flush()) return state.lost();
  while (state.busy && PQisBusy(state.raw()) == 0) {
    const Result result(PQgetResult(state.raw()), &PQclear);
    if (result) state.take(result);
    if (PQstatus(state.raw()) == CONNECTION_BAD) return state.lost();
    if (!state.outcome.connection_lost && (state.pipeline ? state.syncs > 0 : result != nullptr)) continue;
    if (state.pipeline && !state.leave_pipeline()) return state.lost();
    state.busy = false;
    return &state.outcome;
  }
  return nullptr;
}

bool AsyncConnection::in_transaction() const {
  const auto status = PQtransactionStatus(state_->raw());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

int AsyncConnection::backend_pid() const { return PQbackendPID(state_->raw()); }

void AsyncConnection::cancel() {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(state_->raw()), &PQfreeCancel);
  char reason[256];
  if (request) PQcancel(request.get(), reason, sizeof reason);
}

}  // namespace pgrehearse::postgres
