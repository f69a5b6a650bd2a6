#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/base/units.hpp"
#include "harness/observe/data_snapshot.hpp"
#include "harness/observe/difference_text.hpp"

namespace pgrehearse::observe {
namespace {

using base::format_count;

std::string counted(std::uint64_t count, const char* one) {
  return fmt::format("{} {}{}", format_count(count), one, count == 1 ? "" : "s");
}

const ColumnData* find(const TableData& table, const std::string& name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const ColumnData& column) { return column.name == name; });
  return found == table.columns.end() ? nullptr : &*found;
}

// One comparison at work: whatever is found goes into `result`.
struct Comparer {
  std::string when, first;  // "after down", "before"
  record::Comparison result;

  void differs(std::string line) { result.differences.push_back(std::move(line)); }

  void missing_column(const std::string& name, const ColumnData& was) {
    auto& lines = was.values > 0 ? result.differences : result.notes;
    lines.push_back(fmt::format("column {}: missing {}, with its {}", name, when, counted(was.values, "value")));
  }

  bool same_type(const std::string& name, const ColumnData& was, const ColumnData& is) {
    if (was.type == is.type) return true;
    differs(fmt::format("column {}: type was {}, is {} {}, so that its values cannot be compared", name, was.type,
                        is.type, when));
    return false;
  }

  // True when the values agree.
  bool column(const std::string& name, const ColumnData& was, const ColumnData& is) {
    if (!same_type(name, was, is)) return false;
    if (was.values != is.values) {
      differs(fmt::format("column {}: {} {}, {} {}", name, counted(was.values, "value"), first, format_count(is.values),
                          when));
    } else if (was.sum != is.sum) {
      differs(fmt::format("column {}: values changed {}", name, when));
    } else {
      if (was.text_sum != is.text_sum) {
        result.notes.push_back(fmt::format("column {}: equal numbers are written with other digits {}", name, when));
      }
      return true;
    }
    return false;
  }

  void columns(const std::string& name, const TableData& was, const TableData& is) {
    bool agree = true;
    for (const ColumnData& column_was : was.columns) {
      const std::string column_name = name + "." + column_was.name;
      const ColumnData* column_is = find(is, column_was.name);
      if (column_is) agree &= column(column_name, column_was, *column_is);
      if (!column_is) missing_column(column_name, column_was);
    }
    const bool whole = was.columns.size() == is.columns.size();
    if (agree && whole && was.row_sum != is.row_sum) {
      differs(fmt::format("table {}: values changed places between rows {}", name, when));
    }
  }

  // A key of another type has other hashes, and with it every seed.
  bool same_key_types(const std::string& name, const TableData& was, const TableData& is) {
    return std::all_of(was.key.begin(), was.key.end(), [&](const std::string& column) {
      return same_type(name + "." + column, *find(was, column), *find(is, column));
    });
  }

  void table(const std::string& name, const TableData& was, const TableData& is) {
    if (was.rows != is.rows) {
      differs(
          fmt::format("table {}: {} {}, {} {}", name, counted(was.rows, "row"), first, format_count(is.rows), when));
    } else if (was.key != is.key) {
      differs(fmt::format("table {}: its key ({}) is gone {}, so that its rows cannot be compared", name,
                          fmt::join(was.key, ", "), when));
    } else if (!same_key_types(name, was, is)) {
      return;
    } else if (was.key_sum != is.key_sum) {
      differs(fmt::format("table {}: values of its key ({}) changed {}", name, fmt::join(was.key, ", "), when));
    } else {
      columns(name, was, is);
    }
  }
};

}  // namespace

record::Comparison compare(const DataSnapshot& before, const DataSnapshot& after, const std::string& phase) {
  Comparer comparer{after_phase(phase), phase == "up_again" ? "after the first" : "before", {}};
  for (const auto& [name, was] : before.tables) {
    const auto is = after.tables.find(name);
    if (is != after.tables.end()) {
      comparer.table(name, was, is->second);
    } else if (was.rows > 0) {
      comparer.differs(fmt::format("table {}: missing {}, with its {}", name, comparer.when, counted(was.rows, "row")));
    }
  }
  for (const auto& [name, was] : before.sequences) {
    const auto is = after.sequences.find(name);
    if (is == after.sequences.end() || is->second == was) continue;
    comparer.result.notes.push_back(fmt::format("sequence {}: last value was {}, is {} {}", name,
                                                was.empty() ? "none" : was, is->second.empty() ? "none" : is->second,
                                                comparer.when));
  }
  comparer.result.what = "data";
  comparer.result.after = phase;
  comparer.result.equal = comparer.result.differences.empty();
  return std::move(comparer.result);
}

}  // namespace pgrehearse::observe
