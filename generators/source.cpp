#include "generators/source.hpp"

#include <algorithm>

#include "generators/literal.hpp"

namespace pgrehearse::generators {
namespace {

bool is_whole(Kind kind) { return kind >= Kind::int2 && kind <= Kind::oid; }
bool is_number(Kind kind) { return kind >= Kind::int2 && kind <= Kind::numeric; }

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

Converted::Converted(PickPtr pick, const SourcePtr& parent, const Type& type, const Type& parent_type)
    : pick_(std::move(pick)),
      parent_(parent),
      type_(type),
      has_binary_(is_number(type.kind) && (is_whole(parent_type.kind) || !is_whole(type.kind))) {}

void Converted::binary(std::uint64_t row, Output& out) const {
  std::string value;
  if (!text(row, value)) return out.put_null();
  auto bytes = binary_literal(type_, value);
  PGR_CHECK(bytes);
  out.put_field(*bytes);
}

bool Converted::text(std::uint64_t row, std::string& out) const {
  std::uint64_t parent_row = pick_->at(row);
  return parent_row != kNone && parent_->text(parent_row, out);
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
