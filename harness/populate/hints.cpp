#include "harness/populate/hints.hpp"

#include <algorithm>
#include <cstdlib>

#include "harness/populate/limits.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Column;
using generators::TableShape;

struct TextForm {
  const char* pattern;
  std::vector<const char*> examples;
};

// Those with the most different values first.
const std::vector<TextForm>& text_forms() {
  static const std::vector<TextForm> forms = {
      {"^[a-z]{8,12}$", {"qwertzui", "abcdefghijkl"}},
      {"^[A-Z]{8,12}$", {"QWERTZUI", "ABCDEFGHIJKL"}},
      {"^[0-9]{9,12}$", {"500123456", "123456789012"}},
      {"^[A-Z]{2}[0-9]{6,8}$", {"DE123456", "QA98765432"}},
      {"^[a-z]{4,9}@[a-z]{4,9}\\.com$", {"anna@mail.com", "abcdefghi@domainabc.com"}},
      {"^https://[a-z]{4,9}\\.com/[a-z]{4,9}$", {"https://site.com/page", "https://abcdefghi.com/somewhere"}},
      {"^\\+[1-9][0-9]{10}$", {"+49301234567", "+12025550123"}},
      {"^[0-9a-f]{64}$", {"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}},
      {"^[0-9a-f]{40}$", {"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"}},
      {"^[0-9a-f]{32}$", {"098f6bcd4621d373cade4e832627b4f6"}},
      {"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$", {"3768afe2-a0ed-4d94-af2e-48230de807ec"}},
      {"^/[a-z]{4,9}/[a-z]{4,9}$", {"/some/page", "/abcdefghi/abcdefghi"}},
      {"^[0-9]\\.[0-9]{1,2}\\.[0-9]{1,2}$", {"1.2.3", "9.87.65"}},
      {"^#[0-9A-F]{6}$", {"#12ABEF", "#000000"}},
      {"^[A-Z]{3}$", {"EUR", "QWX"}},
      {"^[a-z]{2}$", {"de", "qx"}},
      {"^[A-Z]{2}$", {"DE", "QX"}}};
  return forms;
}

// Objects, lists and scalars.
const std::vector<TextForm>& document_forms() {
  static const std::vector<TextForm> forms = {
      {R"(^\{"id": [1-9][0-9]{0,8}, "name": "[a-z]{4,9}"\}$)", {R"({"id": 7, "name": "abcd"})"}},
      {R"(^\["[a-z]{4,9}", "[a-z]{4,9}"\]$)", {R"(["abcd", "efgh"])"}},
      {R"(^\[[1-9][0-9]{0,8}, [1-9][0-9]{0,8}\]$)", {"[1, 23]"}},
      {R"(^\[\{"id": [1-9][0-9]{0,8}, "name": "[a-z]{4,9}"\}\]$)", {R"([{"id": 7, "name": "abcd"}])"}},
      {R"(^\{"[a-z]{4,9}": "[a-z]{4,9}"\}$)", {R"({"abcd": "efgh"})"}},
      {R"(^\{"[a-z]{4,9}": [1-9][0-9]{0,8}\}$)", {R"({"abcd": 12})"}},
      {R"(^"[a-z]{8,12}"$)", {R"("abcdefgh")"}},
      {R"(^[1-9][0-9]{0,8}$)", {"12"}},
      {"^(true|false)$", {"true", "false"}},
      {R"(^\{\}$)", {"{}"}},
      {R"(^\[\]$)", {"[]"}}};
  return forms;
}

const std::vector<TextForm>& forms_of(generators::Kind kind) {
  static const std::vector<TextForm> none;
  if (kind == generators::Kind::text) return text_forms();
  return kind == generators::Kind::json || kind == generators::Kind::jsonb ? document_forms() : none;
}

bool is_reference(const TableShape& shape, std::size_t column) {
  return std::any_of(shape.foreign_keys.begin(), shape.foreign_keys.end(), [&](const auto& key) {
    return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
  });
}

bool is_in_key(const TableShape& shape, std::size_t column) {
  return std::any_of(shape.keys.begin(), shape.keys.end(), [&](const auto& key) {
    return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
  });
}

std::size_t place_of(const CheckBench& bench, std::size_t position) {
  return static_cast<std::size_t>(std::find(bench.columns().begin(), bench.columns().end(), position) -
                                  bench.columns().begin());
}

// Whether the column's own checks all take the form.
bool suits(CheckBench& bench, const TableFacts& facts, std::size_t position, const TextForm& form) {
  const std::size_t place = place_of(bench, position);
  std::vector<CheckBench::Tuple> rows;
  for (const char* example : form.examples) {
    if (!bench.can_hold(place, example)) return false;
    rows.emplace_back(bench.columns().size())[place] = example;
  }
  const auto verdicts = bench.judge(rows);
  for (std::size_t check = 0; check < facts.checks.size(); ++check)
    if (facts.checks[check].columns == std::vector{position})
      for (const auto& verdict : verdicts)
        if (!verdict[check]) return false;
  return true;
}

// The values of both columns, sorted, each once.
std::vector<std::string> values_of(const CheckBench& bench, Ordered pair, const std::vector<CheckBench::Tuple>& sample,
                                   bool numbers) {
  std::vector<std::string> values;
  for (const auto& tuple : sample)
    for (std::size_t position : {pair.low, pair.high})
      if (const auto& value = tuple[place_of(bench, position)]) values.push_back(*value);
  const auto less = [&](const std::string& a, const std::string& b) {
    return numbers ? std::strtod(a.c_str(), nullptr) < std::strtod(b.c_str(), nullptr) : a < b;
  };
  std::sort(values.begin(), values.end(), less);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

bool divide(const std::vector<std::string>& values, Column& low, Column& high) {
  if (values.size() < 2) return false;
  const std::string &below = values[values.size() / 2 - 1], &above = values[values.size() / 2];
  if (is_number(low.type.kind)) {
    low.limits.maximum = std::strtod(below.c_str(), nullptr);
    high.limits.minimum = std::strtod(above.c_str(), nullptr);
  } else {
    low.limits.latest = below;
    high.limits.earliest = above;
  }
  return true;
}

// The foreign key of one column that the column is.
const generators::ForeignKey* single_reference(const TableShape& shape, std::size_t column) {
  for (const auto& key : shape.foreign_keys)
    if (key.columns == std::vector{column}) return &key;
  return nullptr;
}

bool refer_to_one_column(const TableShape& shape, Ordered pair) {
  const auto *low = single_reference(shape, pair.low), *high = single_reference(shape, pair.high);
  return low && high && low->parent == high->parent && low->parent_columns == high->parent_columns;
}

// A column that is free to be whatever suits the other.
bool may_follow(const TableShape& shape, std::size_t position) {
  const Column& column = shape.columns[position];
  const bool taken = std::any_of(shape.follows.begin(), shape.follows.end(),
                                 [&](const auto& follows) { return follows.column == position; });
  return !taken && !column.override_ && !column.sequence && !column.generated && column.limits.allowed.empty() &&
         !is_reference(shape, position) && !is_in_key(shape, position);
}

bool leads_to(const TableShape& shape, std::size_t from, std::size_t to) {
  if (from == to) return true;
  return std::any_of(shape.follows.begin(), shape.follows.end(),
                     [&](const auto& follows) { return follows.column == from && leads_to(shape, follows.other, to); });
}

bool follow(TableShape& shape, Ordered pair) {
  const auto kind = [&](std::size_t position) { return shape.columns[position].type.kind; };
  if (kind(pair.low) != kind(pair.high) || !(is_number(kind(pair.low)) || is_time(kind(pair.low)))) return false;
  for (const auto& [column, other] : {std::pair(pair.high, pair.low), std::pair(pair.low, pair.high)}) {
    if (!may_follow(shape, column) || leads_to(shape, other, column)) continue;
    shape.follows.push_back({column, other, column == pair.low, 0});
    return true;
  }
  return false;
}

}  // namespace

std::vector<const char*> text_patterns() {
  std::vector<const char*> patterns;
  for (const TextForm& form : text_forms()) patterns.push_back(form.pattern);
  return patterns;
}

std::set<std::size_t> keep_in_order(const TableFacts& facts, const std::vector<std::size_t>& failing,
                                    TableShape& shape) {
  std::set<std::size_t> kept;
  for (const Ordered& pair : facts.ordered) {
    const bool fails = std::any_of(failing.begin(), failing.end(), [&](std::size_t check) {
      const auto& columns = facts.checks[check].columns;
      return std::find(columns.begin(), columns.end(), pair.low) != columns.end() &&
             std::find(columns.begin(), columns.end(), pair.high) != columns.end();
    });
    if (!fails) continue;
    if (refer_to_one_column(shape, pair))
      shape.ascending.push_back({pair.low, pair.high});
    else if (!follow(shape, pair))
      continue;
    kept.insert({pair.low, pair.high});
  }
  return kept;
}

std::set<std::size_t> try_text_forms(CheckBench& bench, const TableFacts& facts,
                                     const std::vector<std::size_t>& failing, TableShape& shape) {
  std::set<std::size_t> formed;
  for (std::size_t check : failing) {
    if (facts.checks[check].columns.size() != 1) continue;
    const std::size_t position = facts.checks[check].columns.front();
    Column& column = shape.columns[position];
    const bool open = column.limits.pattern.empty() && column.limits.allowed.empty() && !column.override_ &&
                      !is_reference(shape, position);
    if (!open || formed.contains(position)) continue;
    for (const TextForm& form : forms_of(column.type.kind)) {
      if (!suits(bench, facts, position, form)) continue;
      column.limits.pattern = form.pattern;
      formed.insert(position);
      break;
    }
  }
  return formed;
}

std::set<std::size_t> divide_ordered_keys(const CheckBench& bench, const TableFacts& facts,
                                          const std::vector<CheckBench::Tuple>& sample, TableShape& shape) {
  std::set<std::size_t> divided;
  for (const Ordered& pair : facts.ordered) {
    Column &low = shape.columns[pair.low], &high = shape.columns[pair.high];
    const bool free = !is_reference(shape, pair.low) && !is_reference(shape, pair.high) && !low.sequence &&
                      !high.sequence && !low.override_ && !high.override_;
    const bool comparable = low.type.kind == high.type.kind && (is_number(low.type.kind) || is_time(low.type.kind));
    if (!free || !comparable || !(is_in_key(shape, pair.low) && is_in_key(shape, pair.high))) continue;
    if (divide(values_of(bench, pair, sample, is_number(low.type.kind)), low, high))
      divided.insert({pair.low, pair.high});
  }
  return divided;
}

}  // namespace pgrehearse::populate
