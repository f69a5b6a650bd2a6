#include "harness/populate/request.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "harness/base/nearest.hpp"
#include "harness/base/units.hpp"
#include "harness/populate/expressions.hpp"
#include "harness/populate/notations.hpp"
#include "harness/populate/observed.hpp"

namespace pgrehearse::populate {
namespace {

// A table that the migrations filled is theirs while production has not grown far beyond it: their rows are the ones
// that the application looks for.
constexpr std::uint64_t kMostGrowth = 2;

class Request {
 public:
  Request(postgres::Session& session, const scenario::Data& data, Catalog& catalog)
      : session_(session),
        data_(data),
        catalog_(catalog),
        asked_(catalog.tables.size(), nullptr),
        rows_(catalog.tables.size()) {}

  base::Status apply(Standing standing) {
    catalog_.shape.seed = {data_.seed};
    for (TableFacts& facts : catalog_.tables) facts.aged = data_.aged;
    match_tables();
    find_notations(session_, catalog_);
    match_statistics();
    if (auto evaluated = evaluate_expressions(session_, catalog_); !evaluated)
      errors_.insert(errors_.end(), evaluated.errors().begin(), evaluated.errors().end());
    for (std::size_t table = 0; table < asked_.size(); ++table) leave_unknown_types(table);
    if (errors_.empty() && standing != Standing::none) read_existing_rows(standing);
    for (std::size_t table = 0; table < asked_.size() && errors_.empty(); ++table)
      catalog_.shape.tables[table].rows = rows_of(table, 0);
    if (!errors_.empty()) return errors_;
    return base::success();
  }

 private:
  std::optional<std::size_t> find(const std::string& name, const base::Place& place) {
    std::vector<std::size_t> found;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < catalog_.shape.tables.size(); ++i) {
      const auto& shape = catalog_.shape.tables[i];
      if (name == shape.qualified()) return i;
      if (name == shape.name) found.push_back(i);
      known.push_back(shape.schema == "public" ? shape.name : shape.qualified());
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) {
      errors_.push_back(
          base::usage_error(fmt::format("there is no table '{}'", name), hint(name, known, "the tables are"), place));
    } else {
      errors_.push_back(base::usage_error(fmt::format("table '{}' stands in {} schemas", name, found.size()),
                                          "write it with its schema, as in public.users", place));
    }
    return std::nullopt;
  }

  static std::string hint(const std::string& name, const std::vector<std::string>& known, const char* otherwise) {
    const std::string meant = base::did_you_mean(name, known);
    return meant.empty() ? fmt::format("{} {}", otherwise, fmt::join(known, ", ")) : meant;
  }

  void match_tables() {
    for (const scenario::Table& table : data_.tables) {
      const auto at = find(table.name, table.place);
      if (!at) continue;
      if (asked_[*at]) {
        errors_.push_back(base::usage_error(fmt::format("table '{}' is described twice", table.name), {}, table.place));
        continue;
      }
      asked_[*at] = &table;
      if (table.aged) catalog_.tables[*at].aged = *table.aged;
      for (const auto& [name, override_] : table.columns) set_override(*at, name, override_);
    }
  }

  void match_statistics() {
    auto observed = apply_statistics(session_, data_, catalog_);
    if (observed) {
      observed_ = std::move(*observed);
    } else {
      errors_.insert(errors_.end(), observed.errors().begin(), observed.errors().end());
      observed_.resize(catalog_.tables.size());
    }
  }

  void set_override(std::size_t table, const std::string& name, const generators::Override& wanted) {
    std::vector<std::string> known;
    for (generators::Column& column : catalog_.shape.tables[table].columns) {
      known.push_back(column.name);
      if (column.name != name) continue;
      column.override_ = wanted;
      return;
    }
    errors_.push_back(
        base::usage_error(fmt::format("table {} has no column '{}'", catalog_.shape.tables[table].qualified(), name),
                          hint(name, known, "its columns are"), wanted.place));
  }

  static bool is_unknown(const generators::Type& type) {
    return (type.kind == generators::Kind::other && type.notation.empty()) ||
           (type.element && is_unknown(*type.element)) ||
           std::any_of(type.fields.begin(), type.fields.end(), is_unknown);
  }

  void leave_unknown_types(std::size_t table) {
    TableFacts& facts = catalog_.tables[table];
    auto& columns = catalog_.shape.tables[table].columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      generators::Column& column = columns[i];
      const bool may_be_left = facts.has_default[i] || !column.not_null;
      if (column.generated || column.override_ || !may_be_left || !is_unknown(column.type)) continue;
      column.generated = true;
      add_note(table, fmt::format("column {} is left {}, no values are known for type {}", column.name,
                                  facts.has_default[i] ? "to its default" : "NULL", column.type.name));
    }
  }

  void add_note(std::size_t table, const std::string& text) {
    std::string& note = catalog_.tables[table].note;
    note += (note.empty() ? "" : "; ") + text;
  }

  // The seed rows of migrations are few; one query finds the tables that have any.
  void read_existing_rows(Standing standing) {
    std::string sql = "SELECT -1";
    for (std::size_t i = 0; i < catalog_.tables.size(); ++i)
      sql += fmt::format(" UNION ALL SELECT {} WHERE EXISTS (SELECT FROM {})", i, catalog_.tables[i].name);
    const auto rows = session_.query(sql);
    for (std::size_t r = 0; r < rows.size(); ++r)
      if (rows.integer(r, 0) >= 0) keep_or_replace(static_cast<std::size_t>(rows.integer(r, 0)), standing);
  }

  void keep_or_replace(std::size_t table, Standing standing) {
    const std::string& name = catalog_.tables[table].name;
    const auto count = static_cast<std::uint64_t>(session_.query("SELECT count(*) FROM " + name).integer(0, 0));
    const bool theirs = standing == Standing::user;
    if (theirs && asked_[table]) {
      errors_.push_back(base::usage_error(
          fmt::format("table {} holds {} {} already, which are kept", catalog_.shape.tables[table].qualified(),
                      base::format_count(count), rows_word(count)),
          "ask for nothing of this table, or empty it", asked_[table]->place));
    } else if (!theirs && (asked_[table] || observed_[table].value_or(0) > kMostGrowth * count)) {
      add_note(table, fmt::format("replaced the {} {} that stood in it", base::format_count(count), rows_word(count)));
    } else if (count > kMostExistingRows) {
      errors_.push_back(
          base::usage_error(fmt::format("table {} holds {} rows already, more than the {} that can be kept",
                                        catalog_.shape.tables[table].qualified(), base::format_count(count),
                                        base::format_count(kMostExistingRows)),
                            theirs ? "empty the table, or name a database where it is smaller"
                                   : "ask for rows of this table, so that generated ones replace them"));
    } else {
      add_note(table, fmt::format("kept the {} {} that stood in it", base::format_count(count), rows_word(count)));
      catalog_.shape.tables[table].existing = read_rows(table);
    }
  }

  static const char* rows_word(std::uint64_t count) { return count == 1 ? "row" : "rows"; }

  generators::ExistingRows read_rows(std::size_t table) {
    std::vector<std::string> columns;
    for (const auto& column : catalog_.shape.tables[table].columns)
      columns.push_back(postgres::quote_identifier(column.name) + "::text");
    const auto rows = session_.query(fmt::format("SELECT {} FROM {} ORDER BY {}", fmt::join(columns, ", "),
                                                 catalog_.tables[table].name, fmt::join(columns, ", ")));
    generators::ExistingRows existing;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      auto& row = existing.rows.emplace_back();
      for (std::size_t c = 0; c < columns.size(); ++c)
        row.push_back(rows.null(r, c) ? std::nullopt : std::optional(rows.string(r, c)));
    }
    return existing;
  }

  std::uint64_t rows_of(std::size_t table, std::size_t depth) {
    if (rows_[table]) return *rows_[table];
    const scenario::Table* asked = asked_[table];
    if (const auto& existing = catalog_.shape.tables[table].existing) {
      rows_[table] = existing->rows.size();
    } else if (asked && asked->rows) {
      rows_[table] = count(*asked, depth);
      if (*rows_[table] > 0 && !catalog_.tables[table].takes_rows)
        errors_.push_back(base::usage_error(fmt::format("table {} has no partition that could take rows", asked->name),
                                            "create one in a schema file, or ask for 0 rows", asked->place));
    } else if (catalog_.tables[table].takes_rows) {
      rows_[table] = observed_[table].value_or(data_.default_rows);
    } else {
      rows_[table] = 0;
      add_note(table, "has no partition that could take rows");
    }
    return *rows_[table];
  }

  std::uint64_t count(const scenario::Table& asked, std::size_t depth) {
    const scenario::RowCount& wanted = *asked.rows;
    if (wanted.per_table.empty()) return static_cast<std::uint64_t>(std::llround(wanted.number));
    if (depth > asked_.size()) {
      errors_.push_back(base::usage_error(fmt::format("the rows of '{}' depend on themselves", asked.name),
                                          "give one of the tables in the circle a number", asked.place));
      return 0;
    }
    const auto other = find(wanted.per_table, asked.place);
    return other ? static_cast<std::uint64_t>(
                       std::llround(wanted.number * static_cast<double>(rows_of(*other, depth + 1))))
                 : 0;
  }

  postgres::Session& session_;
  const scenario::Data& data_;
  Catalog& catalog_;
  std::vector<const scenario::Table*> asked_;           // by table
  std::vector<std::optional<std::uint64_t>> observed_;  // rows by the shape
  std::vector<std::optional<std::uint64_t>> rows_;
  base::Errors errors_;
};

}  // namespace

base::Status apply_request(postgres::Session& session, const scenario::Data& data, Catalog& catalog,
                           Standing standing) {
  try {
    return Request(session, data, catalog).apply(standing);
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "reading the rows that stand in the tables");
  }
}

}  // namespace pgrehearse::populate
