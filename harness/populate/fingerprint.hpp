// What the tables hold, in a few numbers: equal rows give equal fingerprints, in whatever order they stand.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

struct Fingerprint {
  std::string table;  // "schema.name"
  std::uint64_t rows = 0;
  // The sum of the rows' 64-bit hashes (hash_record_extended), as a decimal number of any length: a sum, because XOR
  // would not see a row that stands twice. "0" when there are no rows.
  std::string checksum;
  bool operator==(const Fingerprint&) const = default;
};

// As the catalog has the tables. Values of types that PostgreSQL cannot hash count by their text.
base::Result<std::vector<Fingerprint>> fingerprint(postgres::Session& session, const Catalog& catalog);

}  // namespace pgrehearse::populate
