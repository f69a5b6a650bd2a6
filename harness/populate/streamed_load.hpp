// One big table over several connections at once: COPY spends its time in the one server process behind a connection,
// so that a single stream leaves the other processors idle.
//
// What it costs: COPY freezes rows only in the transaction that made the table's file, and skips WAL only there. So the
// rows are frozen by a VACUUM, and where the server is ours to relax (wal_level=minimal, fsync=off) the table is marked
// unlogged in pg_class until its rows stand, without the init fork that would make it one: the server's next shutdown
// writes all its pages, and only after a restart is anything measured.
#pragma once

#include "harness/populate/table_loader.hpp"

namespace pgrehearse::populate {

// Whether loading a table of this many cells (rows times columns), of `all` cells to load, gains by streams: when it
// alone is more than one processor's share, and big enough to pay for the VACUUM. Two processors are busy with one
// stream and the program that feeds it: there two streams of pgbench_accounts take as much of the server's processor
// time for COPY as one, and half as much again for freezing and for sorting rows that two streams have interleaved.
bool gains_by_streams(std::uint64_t cells, std::uint64_t all, unsigned processors);

// For superusers. Leaves the table loaded, frozen, and with its indexes; after a failure or an interruption, empty and
// with its indexes. Errors name the table.
base::Status load_in_streams(const postgres::Target& target, const generators::Generator& generator, std::size_t table,
                             const TableFacts& facts, const std::vector<TableIndex>& indexes, RowMeter& meter,
                             const base::Cancellation& cancellation);

}  // namespace pgrehearse::populate
