#include "generators/source.hpp"

#include <algorithm>

#include "generators/literal.hpp"

namespace pgrehearse::generators {
namespace {

void put_literal(const Literal& literal, Output& out) {
  if (!literal.text) return out.put_null();
  out.put_field(*literal.binary);
}

bool append_literal(const Literal& literal, std::string& out) {
  if (literal.text) out += *literal.text;
  return literal.text.has_value();
}

}  // namespace

Literal make_literal(const Type& type, const std::optional<std::string>& text) {
  if (!text) return {};
  return {text, binary_literal(type, *text)};
}

bool encodable(const std::vector<Literal>& literals) {
  return std::all_of(literals.begin(), literals.end(),
                     [](const Literal& literal) { return !literal.text || literal.binary; });
}

Standing::Standing(std::vector<Literal> rows, SourcePtr further)
    : rows_(std::move(rows)), further_(std::move(further)), has_binary_(encodable(rows_)) {}

void Standing::binary(std::uint64_t row, Output& out) const {
  if (row < rows_.size()) return put_literal(rows_[row], out);
  PGR_CHECK(further_ != nullptr);
  further_->binary(row, out);
}

bool Standing::text(std::uint64_t row, std::string& out) const {
  if (row < rows_.size()) return append_literal(rows_[row], out);
  PGR_CHECK(further_ != nullptr);
  return further_->text(row, out);
}

Pooled::Pooled(PickPtr tuple, std::vector<Cell> cells, SourcePtr own)
    : tuple_(std::move(tuple)), cells_(std::move(cells)), own_(std::move(own)) {
  cells_encodable_ = std::all_of(cells_.begin(), cells_.end(), [](const Cell& cell) {
    return cell.own || !cell.literal.text || cell.literal.binary;
  });
}

bool Pooled::has_binary() const { return cells_encodable_ && own_->has_binary(); }

void Pooled::binary(std::uint64_t row, Output& out) const {
  const Cell& cell = cells_[tuple_->at(row)];
  if (cell.own) return own_->binary(row, out);
  put_literal(cell.literal, out);
}

bool Pooled::text(std::uint64_t row, std::string& out) const {
  const Cell& cell = cells_[tuple_->at(row)];
  return cell.own ? own_->text(row, out) : append_literal(cell.literal, out);
}

}  // namespace pgrehearse::generators
