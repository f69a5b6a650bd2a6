// Where \key draws from: keys of rows that exist.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "harness/base/random.hpp"
#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::load {

// The keys of one table. Immutable and thread-safe.
class KeySource {
 public:
  virtual ~KeySource() = default;

  // How many keys can be drawn; at least one.
  virtual std::uint64_t size() const = 0;
  // Of how many columns the key is made.
  virtual std::size_t columns() const = 0;
  // One column of key n, in PostgreSQL's text form where it is not a whole number; n < size().
  virtual std::variant<std::int64_t, std::string> value(std::uint64_t n, std::size_t column) const = 0;
};

// The keys of a database's tables, found when a script is parsed.
class KeyCatalog {
 public:
  virtual ~KeyCatalog() = default;
  // `table` is SQL: users, app.users, "My table". A usage error: no such table, no primary key, no rows.
  virtual base::Result<std::shared_ptr<const KeySource>> find(std::string_view table) = 0;
};

// The keys that are in a database, read once and never by a scan: two probes of the index where the key is one whole
// number and nearly every number between the ends is taken (by the planner's statistics), else the keys of at most 128
// pages drawn by chance. Not thread-safe; the session must outlive it, the sources need it no more.
std::unique_ptr<KeyCatalog> server_keys(postgres::Session& session, base::Seed seed);

}  // namespace pgrehearse::load
