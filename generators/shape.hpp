// The shape of a table: all that generation needs to know, and nothing that needs a server. Whoever fills a database
// reads its catalog into these; tests write them by hand.
//
// Rows are a pure function of (seed, table, row number): any row of any table can be made anywhere, alone. A foreign
// key is therefore not looked up: it is the parent's key function at a chosen parent row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generators/override.hpp"
#include "generators/statistics.hpp"
#include "harness/base/random.hpp"

namespace pgrehearse::generators {

// How values of a type are made and encoded. `other`: any type not listed; it needs a notation, an override or a
// default.
enum class Kind {
  boolean,
  int2,
  int4,
  int8,
  oid,  // also xid, cid and the reg* types
  float4,
  float8,
  numeric,
  money,
  text,  // text, varchar, char(n), citext, name, "char": `length` where it is limited
  bytea,
  uuid,
  date,
  time,
  timetz,
  timestamp,
  timestamptz,
  interval,
  json,
  jsonb,
  xml,
  inet,
  cidr,
  macaddr,
  macaddr8,
  bit,
  varbit,
  point,
  line,
  lseg,
  box,
  path,
  polygon,
  circle,
  int4range,
  int8range,
  numrange,
  daterange,
  tsrange,
  tstzrange,
  range,       // any other, of its `element`
  multirange,  // of its `element`, a range
  tsvector,
  tsquery,
  jsonpath,
  ltree,
  lquery,
  ltxtquery,
  hstore,
  enumeration,
  array,
  composite,
  pg_lsn,
  tid,
  snapshot,  // pg_snapshot, txid_snapshot
  vector,    // oidvector, int2vector: of its `element`
  other
};

// What simple CHECK constraints and domains leave of a column's type. Absent members do not limit.
struct Limits {
  std::optional<double> minimum, maximum;             // of numbers, inclusive
  std::optional<std::string> earliest, latest;        // of dates and times, in text form, inclusive
  std::optional<int> length_minimum, length_maximum;  // of text (characters), bytea (bytes) and arrays (elements)
  std::vector<std::string> allowed;                   // IN list, in text form; empty: any
  std::string pattern;                                // a regular expression that text or json must match; empty: any
  bool like = false;                                  // `pattern` is a LIKE pattern
  std::uint64_t apart = 1;  // of numbers, dates and times: different values differ by so many units at least
};

struct Type {
  Kind kind = Kind::other;
  std::string name;  // format_type(): "character varying(40)"
  // Of the type itself (arrays: of the array; domains: of the base type). But of array elements and composite fields
  // the oid as declared (the domain's own): binary input checks it. There 0 means unknown, and the table is copied as
  // text.
  std::uint32_t oid = 0;
  std::optional<int> length;             // varchar(n), char(n), bit(n), varbit(n)
  bool blank_padded = false;             // char(n)
  std::optional<int> precision, scale;   // numeric(p,s)
  std::vector<std::string> labels;       // enumeration, in sort order
  std::shared_ptr<const Type> element;   // array, range, multirange, vector
  std::vector<Type> fields;              // composite
  char delimiter = ',';                  // of elements: what stands between them in an array's text
  std::string notation;                  // other: how the server reads it, each # a whole number; empty: unknown
  std::shared_ptr<const Limits> limits;  // of elements and fields: what their domains leave; may be null
};

struct Column {
  std::string name;
  Type type;
  bool not_null = false;
  bool generated = false;  // GENERATED ALWAYS AS (...) STORED: never written
  bool sequence = false;   // identity or serial: counts up from 1
  Limits limits;
  std::optional<Override> override_;
  std::shared_ptr<const ColumnStatistics> statistics;  // how its values should look; may be null
};

struct Key {
  std::string name;
  std::vector<std::size_t> columns;  // positions in TableShape::columns
  bool primary = false;
  bool nulls_not_distinct = false;
  bool nulls_as_values = false;  // an index on expressions that make values of NULLs: coalesce(parent, 0)
};

// A key of some rows only: UNIQUE (owner_id) WHERE active. As many rows as it allows are inside, the others outside.
struct SelectiveKey {
  // What a row's value of `column` must be for the row to be inside.
  enum class Inside { null, not_null, one_of, none_of };
  Key key;
  std::size_t column = 0;  // position in TableShape::columns
  Inside inside = Inside::one_of;
  std::vector<std::string> values = {};  // in PostgreSQL's text form ("true", "false"); none of NULL
};

struct ForeignKey {
  std::string name;
  std::vector<std::size_t> columns;            // of the child
  std::size_t parent = 0;                      // position in DatabaseShape::tables; may be the table itself
  std::vector<std::size_t> parent_columns;     // in the same order
  std::shared_ptr<const FanOut> fan_out = {};  // how its parents' children should be spread; may be null
};

// Rows that already stand (a migration inserted them): the children's foreign keys take from these.
struct ExistingRows {
  // Text form, by column position; one entry a row.
  std::vector<std::vector<std::optional<std::string>>> rows;
};

// Columns that a CHECK ties together beyond what Limits can say. A row takes all of them from one tuple. A table's
// pools share no column.
struct ValuePool {
  enum class Cell { own, null, value };  // own: the column's own value, never NULL
  struct Entry {
    Cell cell = Cell::own;
    std::string text;  // value: in PostgreSQL's text form
  };
  std::string name;                        // of the constraints, for messages
  std::vector<std::size_t> columns;        // positions in TableShape::columns
  std::vector<std::vector<Entry>> tuples;  // one entry a column; never empty; foreign keys have no `value`
};

// Two columns that are never equal in a row: CHECK (user_id <> friend_id).
struct Different {
  std::size_t left = 0, right = 0;  // positions in TableShape::columns
};

// CHECK (low_user < high_user) where both are foreign keys to one column: `low` is always below `high`. Values of text
// are compared by their bytes.
struct Ascending {
  std::size_t low = 0, high = 0;  // positions in TableShape::columns
};

// CHECK (starts < ends): `column` lies above (or below) `other` in each row where that is not NULL, and is as large as
// its own limits let it. Both are numbers, dates or times of one kind; `column` belongs to no key and no foreign key.
struct Follows {
  std::size_t column = 0, other = 0;  // positions in TableShape::columns
  bool below = false;
  std::uint64_t most = 0;  // units between them; 0: what is usual for the type
};

struct TableShape {
  std::string schema, name;
  std::vector<Column> columns;
  std::vector<Key> keys;  // primary and unique
  std::vector<SelectiveKey> selective_keys;
  std::vector<ForeignKey> foreign_keys;
  std::vector<ValuePool> pools;
  std::vector<Different> different;
  std::vector<Ascending> ascending;
  std::vector<Follows> follows;        // in no circle; each column follows one other at most
  std::vector<JointStatistics> joint;  // how its columns should look together; may be empty
  std::uint64_t rows = 0;
  std::optional<ExistingRows> existing;  // then the table is kept as it is, and `rows` is their number

  std::string qualified() const { return schema + "." + name; }
};

struct DatabaseShape {
  std::vector<TableShape> tables;
  base::Seed seed;
};

}  // namespace pgrehearse::generators
