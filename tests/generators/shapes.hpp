// Small shapes for the tests of the generator.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "generators/generator.hpp"

namespace pgrehearse::generators::testing {

inline Type type_of(Kind kind, std::string name = "t", std::uint32_t oid = 1) {
  Type type;
  type.kind = kind;
  type.name = std::move(name);
  type.oid = oid;
  return type;
}

inline Type varchar(int length) {
  Type type = type_of(Kind::text, fmt::format("character varying({})", length));
  type.length = length;
  return type;
}

inline Type text() { return type_of(Kind::text, "text", 25); }
inline Type integer() { return type_of(Kind::int4, "integer", 23); }
inline Type bigint() { return type_of(Kind::int8, "bigint", 20); }
inline Type uuid() { return type_of(Kind::uuid, "uuid", 2950); }

inline Type enumeration(std::vector<std::string> labels) {
  Type type = type_of(Kind::enumeration, "mood");
  type.labels = std::move(labels);
  return type;
}

inline Column column(std::string name, Type type, bool not_null = true) {
  Column column;
  column.name = std::move(name);
  column.type = std::move(type);
  column.not_null = not_null;
  return column;
}

inline Column serial(std::string name) {
  Column made = column(std::move(name), type_of(Kind::int8, "bigint"));
  made.sequence = true;
  return made;
}

inline TableShape table(std::string name, std::uint64_t rows, std::vector<Column> columns) {
  TableShape shape;
  shape.schema = "public";
  shape.name = std::move(name);
  shape.rows = rows;
  shape.columns = std::move(columns);
  return shape;
}

inline Key key(std::vector<std::size_t> columns, bool primary = false) {
  return {fmt::format("key_{}", fmt::join(columns, "_")), std::move(columns), primary, false};
}

inline ForeignKey reference(std::vector<std::size_t> columns, std::size_t parent,
                            std::vector<std::size_t> parent_columns) {
  return {fmt::format("fk_{}", fmt::join(columns, "_")), std::move(columns), parent, std::move(parent_columns),
          nullptr};
}

// users(id serial primary key, name text)
inline TableShape users(std::uint64_t rows) {
  TableShape shape = table("users", rows, {serial("id"), column("name", type_of(Kind::text, "text"))});
  shape.keys = {key({0}, true)};
  return shape;
}

// The plan of these tables; fails the test where there is none.
inline Generator planned(std::vector<TableShape> tables, std::uint64_t seed = 42) {
  DatabaseShape shape;
  shape.tables = std::move(tables);
  shape.seed = {seed};
  auto plan = Generator::plan(std::move(shape));
  if (!plan) {
    for (const base::Error& error : plan.errors()) ADD_FAILURE() << base::to_string(error);
    throw std::runtime_error("no plan");
  }
  return *plan;
}

inline base::Errors errors_of(std::vector<TableShape> tables) {
  DatabaseShape shape;
  shape.tables = std::move(tables);
  auto plan = Generator::plan(std::move(shape));
  return plan ? base::Errors{} : plan.errors();
}

// Text form, "NULL" for NULL, columns joined by "|".
inline std::string tuple(const Generator& generator, std::size_t table, std::uint64_t row,
                         const std::vector<std::size_t>& columns) {
  std::vector<std::string> values;
  for (std::size_t column : columns) values.push_back(generator.text(table, row, column).value_or("NULL"));
  return fmt::format("{}", fmt::join(values, "|"));
}

// As many rows beyond the planned ones are looked at, where there can be more.
inline constexpr std::uint64_t kFurther = 1'000;

inline std::unordered_set<std::string> tuples(const Generator& generator, std::size_t table,
                                              const std::vector<std::size_t>& columns, std::uint64_t rows) {
  std::unordered_set<std::string> all;
  for (std::uint64_t row = 0; row < rows; ++row) all.insert(tuple(generator, table, row, columns));
  return all;
}

// Of all cases, for tests with one of them as parameter.
template <class Case>
std::vector<std::string> names_of(const std::vector<Case>& cases) {
  std::vector<std::string> names;
  for (const Case& each : cases) names.push_back(each.name);
  return names;
}

}  // namespace pgrehearse::generators::testing
