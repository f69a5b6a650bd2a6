// A numbered set of values of one type. Number k is always the same value, and where different values were asked for,
// different numbers are different values: keys are then unique because their numbers are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "generators/output.hpp"
#include "generators/pick.hpp"
#include "generators/shape.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::generators {

// Pure and thread-safe.
class Values {
 public:
  virtual ~Values() = default;
  // How many there are, at least 1; numbers run from 0 to size() - 1. 2^62 stands for "more than anyone needs".
  virtual std::uint64_t size() const = 0;
  // What the type's receive function reads, without the length. Only when has_binary().
  virtual void binary(std::uint64_t number, Output& out) const = 0;
  // What the type's input function reads; appended.
  virtual void text(std::uint64_t number, std::string& out) const = 0;
  virtual bool has_binary() const { return true; }
  // binary() of what was drawn, never kNone.
  virtual void put(Draw draw, Output& out) const { binary(draw.number, out); }
  // That these will be put soon.
  virtual void expect(std::span<const Draw> /*draws*/) const {}
  // Whether the numbers should grow with the rows, as times of events do.
  virtual bool grows() const { return false; }
  // How rows choose among them, where the values are of a distribution of their own; else null.
  virtual PickPtr own_pick(base::Seed, std::uint64_t /*rows*/) const { return nullptr; }
};

using ValuesPtr = std::unique_ptr<const Values>;
inline constexpr std::uint64_t kPlenty = std::uint64_t{1} << 62;

// What a column asks of its values.
struct Wanted {
  std::string_view column;  // its name: a hint of what it holds
  const Type* type = nullptr;
  const Limits* limits = nullptr;
  const Override* override_ = nullptr;  // may be null
  bool distinct = false;                // different numbers must be different values
  std::uint64_t rows = 0;               // of the table: times spread over them
  base::Seed seed;
};

// The error's message says only what is wrong with the column, its hint the way out; the caller adds which column.
base::Result<ValuesPtr> make_values(const Wanted& wanted);

// The makers by family of types, for make_values() alone.
base::Result<ValuesPtr> make_list(const Wanted& wanted, const std::vector<std::string>& texts);
base::Result<ValuesPtr> make_quantities(const Wanted& wanted);   // numbers, dates and times
base::Result<ValuesPtr> make_distributed(const Wanted& wanted);  // of the user's distributions and sequences
base::Result<ValuesPtr> make_ranges(const Wanted& wanted);       // of built-in and other types
base::Result<ValuesPtr> make_multiranges(const Wanted& wanted);
base::Result<ValuesPtr> make_texts(const Wanted& wanted);
base::Result<ValuesPtr> make_pattern(const Wanted& wanted);  // text or json that matches a pattern
base::Result<ValuesPtr> make_nested(const Wanted& wanted);   // arrays and composites
ValuesPtr make_bits(const Wanted& wanted);                   // bytea, uuid, bit, network addresses
ValuesPtr make_document(const Wanted& wanted);               // json, xml, tsvector, ltree, hstore
ValuesPtr make_geometry(const Wanted& wanted);
ValuesPtr make_system(const Wanted& wanted);    // what the server's own tables hold: pg_lsn, tid, snapshots
ValuesPtr make_notation(const Wanted& wanted);  // types known by a notation alone

}  // namespace pgrehearse::generators
