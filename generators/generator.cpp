#include "generators/generator.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "generators/planner.hpp"

namespace pgrehearse::generators {
namespace {

// COPY's text format: what would end a field or a row, or start an escape, is escaped.
void append_escaped(std::string_view text, std::string& out) {
  for (char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
}

// The rows of a part are drawn column by column, then written row by row.
void encode_part(const std::vector<const Source*>& sources, std::uint64_t first, std::size_t rows,
                 std::vector<std::array<Draw, kDrawnAtOnce>>& draws, Output& out) {
  for (std::size_t column = 0; column < sources.size(); ++column) {
    for (std::size_t row = 0; row < rows; ++row) draws[column][row] = {first + row, 0};
    sources[column]->draw(std::span(draws[column]).first(rows));
  }
  for (std::size_t row = 0; row < rows; ++row) {
    out.put(static_cast<std::int16_t>(sources.size()));
    for (std::size_t column = 0; column < sources.size(); ++column) {
      Draw draw = draws[column][row];
      draw.number == kNone ? out.put_null() : sources[column]->put(draw, out);
    }
  }
}

void encode_binary(const TablePlan& table, std::uint64_t first, std::uint64_t end, std::string& bytes) {
  std::vector<const Source*> sources;
  for (std::size_t column : table.written) sources.push_back(table.sources[column].get());
  std::vector<std::array<Draw, kDrawnAtOnce>> draws(sources.size());
  Output out(bytes);
  for (std::uint64_t row = first; row < end; row += kDrawnAtOnce)
    encode_part(sources, row, std::min<std::uint64_t>(end - row, kDrawnAtOnce), draws, out);
}

void encode_text(const TablePlan& table, std::uint64_t first, std::uint64_t end, std::string& out) {
  std::string value;
  for (std::uint64_t row = first; row < end; ++row) {
    for (std::size_t i = 0; i < table.written.size(); ++i) {
      if (i > 0) out += '\t';
      value.clear();
      if (table.sources[table.written[i]]->text(row, value))
        append_escaped(value, out);
      else
        out += "\\N";
    }
    out += '\n';
  }
}

}  // namespace

struct Generator::Plan {
  DatabaseShape shape;
  DatabasePlan database;
};

base::Result<Generator> Generator::plan(DatabaseShape shape) {
  auto plan = std::make_shared<Plan>();
  plan->shape = std::move(shape);
  plan_database(plan->shape, plan->database);
  if (!plan->database.errors.empty()) return plan->database.errors;
  return Generator(std::move(plan));
}

const DatabaseShape& Generator::shape() const { return plan_->shape; }
std::uint64_t Generator::rows(std::size_t table) const { return plan_->database.tables[table].rows; }
std::uint64_t Generator::capacity(std::size_t table) const { return plan_->database.tables[table].capacity; }
const std::vector<std::string>& Generator::notices() const { return plan_->database.notices; }
bool Generator::binary(std::size_t table) const { return plan_->database.tables[table].binary; }
const std::vector<std::size_t>& Generator::written_columns(std::size_t table) const {
  return plan_->database.tables[table].written;
}

void Generator::encode(std::size_t table, std::uint64_t first_row, std::uint64_t count, std::string& out) const {
  const TablePlan& plan = plan_->database.tables[table];
  PGR_CHECK(!plan_->shape.tables[table].existing && count <= plan.capacity && first_row <= plan.capacity - count);
  (plan.binary ? encode_binary : encode_text)(plan, first_row, first_row + count, out);
}

std::optional<std::string> Generator::text(std::size_t table, std::uint64_t row, std::size_t column) const {
  const TablePlan& plan = plan_->database.tables[table];
  PGR_CHECK(row < plan.capacity);
  std::string value;
  if (!plan.sources[column]->text(row, value)) return std::nullopt;
  return value;
}

}  // namespace pgrehearse::generators
