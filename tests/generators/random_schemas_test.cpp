// Whatever the schema: what could be planned keeps all keys and foreign keys, and gives further rows that do too.
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

class SchemaMaker {
 public:
  explicit SchemaMaker(std::uint64_t number) : random_(base::Seed{number}) {}

  std::vector<TableShape> make() {
    std::vector<TableShape> tables;
    std::size_t count = 2 + random_.below(4);
    for (std::size_t i = 0; i < count; ++i) tables.push_back(make_table(i));
    for (std::size_t i = 0; i < count; ++i)
      for (std::uint64_t n = random_.below(4); n > 0; --n) add_reference(tables, i);
    for (TableShape& each : tables)
      for (std::uint64_t n = random_.below(3); n > 0; --n) add_key(each);
    return tables;
  }

 private:
  TableShape make_table(std::size_t number) {
    TableShape shape = table(fmt::format("t{}", number), 1 + random_.below(400), {});
    if (random_.below(4) > 0)
      shape.columns.push_back(serial("id"));
    else
      shape.columns.push_back(free_column("id", true));
    shape.keys = {key({0}, true)};
    if (random_.below(3) == 0) {  // (tenant, id): a target for composite references
      shape.columns.push_back(column("tenant", type_of(Kind::int4)));
      shape.keys.push_back(key({1, 0}));
    }
    for (std::uint64_t n = random_.below(4); n > 0; --n)
      shape.columns.push_back(free_column(fmt::format("c{}", n), random_.below(2) == 0));
    return shape;
  }

  Column free_column(std::string name, bool not_null) {
    switch (random_.below(6)) {
      case 0:
        return column(std::move(name), type_of(Kind::int8), not_null);
      case 1:
        return column(std::move(name), varchar(3 + static_cast<int>(random_.below(40))), not_null);
      case 2:
        return column(std::move(name), type_of(Kind::uuid), not_null);
      case 3:
        return column(std::move(name), enumeration({"a", "b", "c", "d"}), not_null);
      case 4:
        return column(std::move(name), type_of(Kind::timestamptz), not_null);
      default:
        return column(std::move(name), type_of(Kind::int2), not_null);
    }
  }

  // To one of the keys of any table; new columns, or (for tenants) one that is there already.
  void add_reference(std::vector<TableShape>& tables, std::size_t child) {
    std::size_t parent = random_.below(tables.size());
    Key target = tables[parent].keys[random_.below(tables[parent].keys.size())];
    std::vector<std::size_t> columns;
    bool not_null = random_.below(2) == 0;
    for (std::size_t i = 0; i < target.columns.size(); ++i) {
      if (i == 0 && target.columns.size() > 1 && tables[child].columns.size() > 1 &&
          tables[child].columns[1].name == "tenant" && random_.below(2) == 0) {
        columns.push_back(1);
        continue;
      }
      Column made = column(fmt::format("r{}", tables[child].columns.size()),
                           tables[parent].columns[target.columns[i]].type, not_null);
      columns.push_back(tables[child].columns.size());
      tables[child].columns.push_back(made);
    }
    tables[child].foreign_keys.push_back(reference(columns, parent, target.columns));
  }

  void add_key(TableShape& shape) {
    std::set<std::size_t> columns;
    for (std::uint64_t n = 1 + random_.below(3); n > 0; --n) columns.insert(random_.below(shape.columns.size()));
    shape.keys.push_back(key({columns.begin(), columns.end()}));
  }

  base::RandomStream random_;
};

bool has_null(const std::string& tuple) { return ("|" + tuple + "|").find("|NULL|") != std::string::npos; }

void expect_keys_hold(const Generator& generator, std::size_t table) {
  const TableShape& shape = generator.shape().tables[table];
  std::uint64_t rows = std::min(generator.rows(table) + 50, generator.capacity(table));
  for (const Key& each : shape.keys) {
    std::unordered_set<std::string> seen;
    for (std::uint64_t row = 0; row < rows; ++row) {
      std::string value = tuple(generator, table, row, each.columns);
      ASSERT_TRUE(has_null(value) || seen.insert(value).second)
          << shape.name << " " << each.name << ": " << value << " twice";
      ASSERT_FALSE(each.primary && has_null(value));
    }
  }
}

void expect_references_hold(const Generator& generator, std::size_t table) {
  const TableShape& shape = generator.shape().tables[table];
  std::uint64_t rows = std::min(generator.rows(table) + 50, generator.capacity(table));
  for (const ForeignKey& each : shape.foreign_keys) {
    auto parents = tuples(generator, each.parent, each.parent_columns, generator.rows(each.parent));
    for (std::uint64_t row = 0; row < rows; ++row) {
      std::string value = tuple(generator, table, row, each.columns);
      bool itself = each.parent == table && value == tuple(generator, table, row, each.parent_columns);
      ASSERT_TRUE(has_null(value) || itself || parents.contains(value))
          << shape.name << " " << each.name << ": " << value;
    }
  }
}

void expect_not_null_holds(const Generator& generator, std::size_t table) {
  const auto& columns = generator.shape().tables[table].columns;
  for (std::size_t column = 0; column < columns.size(); ++column)
    for (std::uint64_t row = 0; row < generator.rows(table) && columns[column].not_null; ++row)
      ASSERT_TRUE(generator.text(table, row, column)) << columns[column].name << " row " << row;
}

TEST(RandomSchemas, KeepAllConstraints) {
  int planned_schemas = 0;
  for (std::uint64_t number = 0; number < 400 && !HasFatalFailure(); ++number) {
    SCOPED_TRACE(fmt::format("schema {}", number));
    DatabaseShape shape;
    shape.tables = SchemaMaker(number).make();
    shape.seed = {number};
    auto plan = Generator::plan(shape);
    if (!plan) continue;  // circles of keys, references without a common origin
    ++planned_schemas;
    for (std::size_t table = 0; table < shape.tables.size(); ++table) {
      expect_keys_hold(*plan, table);
      expect_references_hold(*plan, table);
      expect_not_null_holds(*plan, table);
    }
  }
  EXPECT_GT(planned_schemas, 300);
}

}  // namespace
}  // namespace pgrehearse::generators::testing
