#include "harness/load/generated_keys.hpp"

#include <fmt/format.h>

#include "harness/load/table_lookup.hpp"

namespace pgrehearse::load {
namespace {

class GeneratedSource final : public KeySource {
 public:
  GeneratedSource(generators::Generator tables, std::size_t table, std::vector<std::size_t> columns)
      : tables_(std::move(tables)), table_(table), columns_(std::move(columns)) {}

  std::uint64_t size() const override { return tables_.rows(table_); }
  std::size_t columns() const override { return columns_.size(); }
  std::variant<std::int64_t, std::string> value(std::uint64_t n, std::size_t column) const override {
    return tables_.text(table_, n, columns_[column]).value_or("");
  }

 private:
  generators::Generator tables_;
  std::size_t table_;
  std::vector<std::size_t> columns_;
};

}  // namespace

base::Result<std::shared_ptr<const KeySource>> GeneratedKeys::find(std::string_view table) {
  const auto found = find_table(tables_, table);
  if (!found) return found.errors();
  if (tables_.rows(*found) == 0) {
    return base::usage_error(fmt::format("{} has no rows to draw from", table), "give it rows");
  }
  auto columns = primary_key(tables_.shape().tables[*found]);
  if (columns.empty()) {
    return base::usage_error(fmt::format("{} has no primary key", table), "take other columns with \\pick");
  }
  return std::shared_ptr<const KeySource>(std::make_shared<GeneratedSource>(tables_, *found, std::move(columns)));
}

}  // namespace pgrehearse::load
