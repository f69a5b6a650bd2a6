#include "tests/bench/copied_rows.hpp"

#include <algorithm>

#include "harness/base/clock.hpp"
#include "harness/postgres/copy.hpp"
#include "tests/bench/need.hpp"

namespace pgrehearse::bench {
namespace {

constexpr std::size_t batch_bytes = 64UL * 1024;

}  // namespace

Rows::Rows(const generators::Generator& generator, const std::string& name) : generator_(generator) {
  constexpr std::uint64_t few = 64;
  while (generator.shape().tables[table_].name != name) ++table_;
  std::string bytes;
  generator.encode(table_, 0, few, bytes);
  batch_ = few * batch_bytes / bytes.size();
}

void Rows::append(std::uint64_t first, std::string& bytes) const {
  if (first < count()) generator_.encode(table_, first, std::min(batch_, count() - first), bytes);
}

double copy_rows(const postgres::Target& target, const std::string& table, std::uint64_t rows,
                 const std::function<void(std::string&)>& next) {
  const auto connection = need(postgres::CopyConnection::open(target));
  connection->execute("SET session_replication_role = replica");
  const base::SteadyClock clock;
  connection->execute("BEGIN");
  connection->execute("TRUNCATE ONLY " + table);
  connection->begin("COPY " + table + " FROM STDIN WITH (FORMAT binary, FREEZE)");
  connection->write(generators::kBinaryCopyHeader);
  std::string bytes;
  for (next(bytes); !bytes.empty(); next(bytes)) {
    connection->write(bytes);
    bytes.clear();
  }
  connection->write(generators::kBinaryCopyTrailer);
  connection->finish();
  connection->execute("COMMIT");
  return static_cast<double>(rows) / base::to_seconds(clock.now()) / 1000;
}

double copy_generated(const postgres::Target& target, const std::string& table, const Rows& rows) {
  std::uint64_t first = 0;
  return copy_rows(target, table, rows.count(), [&](std::string& bytes) {
    rows.append(first, bytes);
    first += rows.batch();
  });
}

}  // namespace pgrehearse::bench
