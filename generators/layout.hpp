// Which choices make a row? A column without a foreign key chooses a value; a foreign key chooses a row of its parent,
// and with it all its columns. Keys are then statements about choices, and no longer about columns.
//
// Foreign keys share columns where tables carry their tenant: (tenant_id) -> tenants and (tenant_id, project_id) ->
// projects. The wider one then decides, if it leads to the same row of the narrower one's parent through the parents'
// own foreign keys. Where two of them overlap only in part, (tenant_id, project_id) and (tenant_id, label_id), one
// decides and the other chooses among the rows with the same tenant. To find those without a search, every table of
// such a group takes its tenants in turn: row n belongs to tenant n modulo m, m being the rows of the group's smallest
// table.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "generators/permutation.hpp"
#include "generators/shape.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::generators {

// One choice of a row, and how it is made so that the keys hold.
struct Part {
  enum class What {
    value,      // of one column
    reference,  // a row of a foreign key's parent
    sibling,    // the same, among those that agree with another reference
    itself      // this row, as the parent of a self-reference that shares a column with itself; or none
  };
  enum class How {
    open,       // no key depends on it
    injective,  // different for different rows
    digit,      // different together with the other digits of one key
    turned      // different in rows that agree in all digits of a key but one: keeps another key, which lacks that one
  };

  What what = What::value;
  std::size_t index = 0;             // of the column, or of the foreign key
  std::vector<std::size_t> columns;  // whose values it decides
  std::optional<std::size_t> group;  // reference: takes parents in turn, or only the first m; the group's root table
  bool in_turn = false;              // reference: takes the group's parents in turn
  std::size_t beside = 0;            // sibling: the part that it agrees with

  How how = How::open;
  bool in_order = false;                            // injective, and the row's number itself
  bool never_null = false;                          // whatever the column allows
  std::shared_ptr<const Permutation> combinations;  // digit
  std::uint64_t stride = 1, radix = 1;              // digit
  std::size_t turned_by = 0;                        // turned: the part with the digit that its key lacks
  // injective: a value may come twice after all, in rows that choose differently in this part.
  std::optional<std::size_t> doubled_beside;
  // Of the parts of a key: those that statistics may keep it with instead, itself included; the digits first. Whatever
  // set of them tells all rows apart keeps every key that the digits keep. See Tuples. With them the turned ones.
  std::shared_ptr<const std::vector<std::size_t>> together;
  bool selective = false;                 // tells the rows of a selective key apart
  std::uint64_t least_choices = 0;        // so many rows differ by it alone, whatever statistics say
  bool null_counts = false;               // together: NULL is a value like others, if the column may have it
  std::optional<std::size_t> apart_from;  // never chooses the same as this part
  std::optional<std::size_t> partner;     // of an ascending pair: the part with the other reference
};

struct TableLayout {
  std::vector<Part> parts;
  std::vector<std::optional<std::size_t>> part_of;  // by column; none: generated

  const Part& deciding(std::size_t column) const { return parts[*part_of[column]]; }
};

struct Layout {
  std::vector<TableLayout> tables;
  base::Errors errors;
};

Layout lay_out(const DatabaseShape& shape);

// Whether the user said what the column's values are.
bool decided_by_user(const Column& column);

// "foreign key x_fkey of public.x" and the like, for messages.
std::string describe(const TableShape& table, const ForeignKey& key);

}  // namespace pgrehearse::generators
