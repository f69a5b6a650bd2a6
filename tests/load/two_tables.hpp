// A small shape for tests: app.users and public.orders, with the SQL that makes them.
#pragma once

#include <gtest/gtest.h>

#include "generators/generator.hpp"
#include "harness/load/access_path.hpp"

namespace pgrehearse::load {

inline constexpr const char* two_tables_sql = R"(
    CREATE SCHEMA app;
    CREATE TABLE app.users (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, "Born On" date,
                            shout text GENERATED ALWAYS AS (upper(name)) STORED);
    CREATE TABLE public.orders (user_id bigint NOT NULL REFERENCES app.users, number int NOT NULL, total int NOT NULL,
                                PRIMARY KEY (user_id, number));
    CREATE INDEX ON app.users (name);
    CREATE INDEX ON app.users (lower(email), name);
    CREATE INDEX partial ON public.orders (total) WHERE total > 5;)";

// As read_access_paths() finds them.
inline std::vector<AccessPath> two_tables_paths() {
  return {{"app.users", {"id"}, true},
          {"app.users", {"email"}, true},
          {"app.users", {"name"}, false},
          {"public.orders", {"user_id", "number"}, true}};
}

inline generators::Generator two_tables(std::uint64_t users = 1000, std::uint64_t orders = 3000) {
  using generators::Kind;
  const auto column = [](std::string name, Kind kind, std::string type, std::uint32_t oid) {
    generators::Column column;
    column.name = std::move(name);
    column.type.kind = kind;
    column.type.name = std::move(type);
    column.type.oid = oid;
    column.not_null = true;
    return column;
  };
  generators::TableShape user, order;
  user.schema = "app";
  user.name = "users";
  user.columns = {column("id", Kind::int8, "bigint", 20), column("email", Kind::text, "text", 25),
                  column("name", Kind::text, "text", 25), column("Born On", Kind::date, "date", 1082),
                  column("shout", Kind::text, "text", 25)};
  user.columns[0].sequence = true;
  user.columns[3].not_null = false;
  user.columns[4].generated = true;
  user.keys = {{"users_pkey", {0}, true, false}, {"users_email_key", {1}, false, false}};
  user.rows = users;
  order.schema = "public";
  order.name = "orders";
  order.columns = {column("user_id", Kind::int8, "bigint", 20), column("number", Kind::int4, "integer", 23),
                   column("total", Kind::int4, "integer", 23)};
  order.keys = {{"orders_pkey", {0, 1}, true, false}};
  order.foreign_keys = {{"orders_user_id_fkey", {0}, 0, {0}}};
  order.rows = orders;
  generators::DatabaseShape shape;
  shape.tables = {user, order};
  shape.seed = base::Seed{11};
  auto planned = generators::Generator::plan(std::move(shape));
  if (!planned) ADD_FAILURE() << to_string(planned.errors()[0]);
  return std::move(planned).value();
}

}  // namespace pgrehearse::load
