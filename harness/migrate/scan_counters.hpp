// The server's counters of sequential scans (pg_stat_user_tables): flushed between transactions so that the backend's
// own counters start from zero (see transaction_probe.hpp), and compared around a statement that runs outside any
// transaction, whose own counters are gone when it ends.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/migrate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

// Before PostgreSQL 15 a backend flushes at its leisure and this does nothing (see TransactionProbe::begin()). Between
// transactions. Throws postgres::Failure.
void flush_scan_counters(postgres::Session& session);

// Rows read by sequential scans so far, by table, this session's included.
using ScannedRows = std::map<Oid, std::int64_t>;
ScannedRows read_scanned_rows(postgres::Session& session);

// Tables of which at least as many rows were read between the two as they hold, by name. Scans of other sessions count
// too: only meaningful while there are none.
std::vector<std::string> scanned_between(const ScannedRows& before, const ScannedRows& after, const Catalog& catalog);

}  // namespace pgrehearse::migrate
