// How libpq tells of a failed statement, read into this module's own words. For the .cpp files of this folder.
#pragma once

#include <string>

#include "harness/postgres/session.hpp"

struct pg_conn;    // libpq's PGconn
struct pg_result;  // libpq's PGresult

namespace pgrehearse::postgres {

// All that the server said. Where libpq itself failed there is no SQLSTATE; then it is 08006, connection_failure.
Failure::Report read_report(const pg_result* result, const pg_conn* connection);
// The same when not even a result came.
Failure::Report read_report(const pg_conn* connection);

// Of a connection that could not be opened there is only a text. Under PQERRORS_VERBOSE it has the server's SQLSTATE,
// which is taken out of it: "... failed: FATAL:  53300: sorry, too many clients already\nLOCATION:  ...".
Failure::Report read_verbose_report(const pg_conn* connection);

// Why a connection could not be opened, with what to do about it.
base::Error connect_error(const Target& target, const std::string& libpq_message);

}  // namespace pgrehearse::postgres
