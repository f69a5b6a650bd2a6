#include "tests/bench/copying.hpp"

#include <fmt/format.h>

#include "generators/generator.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/populate/plan.hpp"
#include "harness/populate/request.hpp"
#include "tests/bench/copied_rows.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/series.hpp"

namespace pgrehearse::bench {
namespace {

constexpr const char* copying_database = "bench_copying";
constexpr std::uint64_t parent_rows = 50'000;

constexpr const char* schema = R"(
  CREATE TYPE state AS ENUM ('new', 'paid', 'packed', 'sent', 'returned');
  CREATE TABLE customers (id bigint PRIMARY KEY);
  CREATE TABLE products (id int PRIMARY KEY);
  CREATE TABLE accounts (aid int NOT NULL, bid int, abalance int, filler char(84));
  CREATE TABLE mixed (
    id bigint NOT NULL, customer_id bigint NOT NULL REFERENCES customers, product_id int NOT NULL REFERENCES products,
    state state NOT NULL, title text NOT NULL, note text, created_at timestamptz NOT NULL, updated_at timestamptz,
    price numeric(10, 2) NOT NULL, quantity smallint NOT NULL, paid boolean NOT NULL, details jsonb))";

double copy_ready(const postgres::Target& target, const std::string& table, const Rows& rows,
                  const std::vector<std::string>& chunks) {
  std::size_t at = 0;
  return copy_rows(target, table, rows.count(), [&](std::string& bytes) {
    if (at < chunks.size()) bytes = chunks[at++];
  });
}

void compare(const postgres::Target& target, const generators::Generator& generator, const std::string& table,
             int rounds) {
  const Rows rows(generator, table);
  std::vector<std::string> chunks;
  for (std::uint64_t first = 0; first < rows.count(); first += rows.batch()) rows.append(first, chunks.emplace_back());
  Series series{table, "krows/s", {}, {}};
  for (int round = 0; round < rounds; ++round) {
    series.theirs.push_back(copy_ready(target, table, rows, chunks));
    series.ours.push_back(copy_generated(target, table, rows));
  }
  print(series);
}

}  // namespace

void print_copying(provision::Server& server, int rounds, std::uint64_t account_rows) {
  need(server.relax());
  need(server.drop(copying_database));
  need(server.create(copying_database));
  const postgres::Target target = server.target(copying_database);
  const auto session = need(postgres::Session::open(target));
  session->query(schema);
  auto catalog = need(populate::read_catalog(*session));
  scenario::Data data;
  data.default_rows = parent_rows;
  for (const auto& [name, rows] : {std::pair{"accounts", account_rows}, std::pair{"mixed", account_rows / 5}}) {
    scenario::Table table;
    table.name = name;
    table.rows = scenario::RowCount{static_cast<double>(rows), ""};
    data.tables.push_back(table);
  }
  need(populate::apply_request(*session, data, catalog));
  const auto generator = need(populate::plan_catalog(*session, catalog)).generator;
  fmt::print("\nCOPY in one stream, without indexes: generated while sending, beside bytes that were ready\n");
  print_header("generated", "ready");
  for (const char* table : {"accounts", "mixed"}) compare(target, generator, table, rounds);
  need(server.drop(copying_database));
}

}  // namespace pgrehearse::bench
