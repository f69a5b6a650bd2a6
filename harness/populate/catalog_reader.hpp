// The steps of read_catalog(). All throw postgres::Failure.
#pragma once

#include <map>
#include <optional>

#include "harness/populate/catalog.hpp"
#include "harness/populate/type_catalog.hpp"
#include "harness/sql/check_constraint.hpp"

namespace pgrehearse::populate {

class CatalogReader {
 public:
  explicit CatalogReader(postgres::Session& session) : session_(session), types_(session) {}
  Catalog read();

 private:
  // catalog.cpp
  void read_tables();
  void read_columns();
  void name_types(const std::string& oids, const std::string& typmods);
  // catalog_checks.cpp
  void read_checks();
  void read_partition_bounds();
  void add_domain_checks(std::size_t table, std::size_t column, const ResolvedType& resolved);
  void add_check(std::size_t table, Check check);
  void narrow_columns(std::size_t table, const std::vector<sql::CheckTerm>& terms);
  // catalog_keys.cpp
  void read_unique_indexes();
  void read_exclusions();
  std::optional<std::size_t> range_of_two(std::size_t table, const std::string& expression);
  void read_foreign_keys();
  void support_keys_of_children();
  std::vector<generators::Key> index_keys(std::size_t table, generators::Key key,
                                          const std::vector<std::vector<std::size_t>>& parts) const;
  void add_partial_or_whole(std::size_t table, generators::Key key, const std::string& predicate);
  void add_key(std::size_t table, generators::Key key);

  std::string oids() const;  // of the tables, as an array literal
  std::optional<std::size_t> table_of(const postgres::Rows& rows, std::size_t row, std::size_t column) const;
  // Of attribute numbers: positions in the shape.
  std::vector<std::size_t> positions(std::size_t table, const std::vector<std::string>& attributes) const;
  std::optional<std::size_t> position(std::size_t table, const std::string& column) const;
  // With each generated column replaced by those it stems from; each once.
  std::vector<std::size_t> stems(std::size_t table, const std::vector<std::size_t>& columns) const;
  // The columns that an expression mentions.
  std::vector<std::size_t> mentioned(std::size_t table, const std::string& expression) const;

  postgres::Session& session_;
  TypeCatalog types_;
  Catalog catalog_;
  std::map<std::uint32_t, std::size_t> tables_;                 // by oid
  std::vector<std::map<std::string, std::size_t>> attributes_;  // of each table: positions by attnum
};

}  // namespace pgrehearse::populate
