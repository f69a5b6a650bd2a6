// Where the values of one column come from, row by row.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "generators/output.hpp"
#include "generators/pick.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {

// Pure and thread-safe.
class Source {
 public:
  virtual ~Source() = default;
  // Appends a field of the binary format: its length, or -1 for NULL, and its bytes. Only when has_binary().
  virtual void binary(std::uint64_t row, Output& out) const = 0;
  // Appends the text form; false for NULL.
  virtual bool text(std::uint64_t row, std::string& out) const = 0;
  virtual bool has_binary() const = 0;

  // The same in two steps, for many rows at once: replaces rows, of which any may be kNone, by what put() takes.
  // At most kDrawnAtOnce.
  virtual void draw(std::span<Draw> /*rows*/) const {}
  // As binary() for a row that was drawn, and is not kNone: that is NULL.
  virtual void put(Draw draw, Output& out) const { binary(draw.number, out); }
};

using SourcePtr = std::unique_ptr<const Source>;

// A value of the column's own.
class Drawn final : public Source {
 public:
  Drawn(PickPtr pick, std::shared_ptr<const Values> values) : pick_(std::move(pick)), values_(std::move(values)) {}
  void binary(std::uint64_t row, Output& out) const override {
    std::uint64_t number = pick_->at(row);
    if (number == kNone) return out.put_null();
    std::size_t field = out.begin_field();
    values_->binary(number, out);
    out.end_field(field);
  }
  bool text(std::uint64_t row, std::string& out) const override {
    std::uint64_t number = pick_->at(row);
    if (number == kNone) return false;
    values_->text(number, out);
    return true;
  }
  bool has_binary() const override { return values_->has_binary(); }
  void draw(std::span<Draw> rows) const override {
    pick_->draw(rows);
    values_->expect(rows);
  }
  void put(Draw draw, Output& out) const override {
    std::size_t field = out.begin_field();
    values_->put(draw, out);
    out.end_field(field);
  }

 private:
  PickPtr pick_;
  std::shared_ptr<const Values> values_;
};

// NULL in every row.
class Nulls final : public Source {
 public:
  void binary(std::uint64_t, Output& out) const override { out.put_null(); }
  bool text(std::uint64_t, std::string&) const override { return false; }
  bool has_binary() const override { return true; }
};

// The value of a column of the parent. `parent` is a place where that column's source stands once all are planned.
class Referenced final : public Source {
 public:
  Referenced(PickPtr pick, const SourcePtr& parent) : pick_(std::move(pick)), parent_(parent) {}
  void binary(std::uint64_t row, Output& out) const override {
    std::uint64_t parent_row = pick_->at(row);
    if (parent_row == kNone) return out.put_null();
    parent_->binary(parent_row, out);
  }
  bool text(std::uint64_t row, std::string& out) const override {
    std::uint64_t parent_row = pick_->at(row);
    return parent_row != kNone && parent_->text(parent_row, out);
  }
  bool has_binary() const override { return parent_->has_binary(); }
  void draw(std::span<Draw> rows) const override {
    pick_->draw(rows);
    parent_->draw(rows);
  }
  void put(Draw draw, Output& out) const override { parent_->put(draw, out); }

 private:
  PickPtr pick_;
  const SourcePtr& parent_;
};

// The same in another type: a foreign key of integer to a bigint.
class Converted final : public Source {
 public:
  // `type`: of the child. `parent_type`: with one that may hold fractions where the child's may not, rows go as text,
  // for the server to say which is none.
  Converted(PickPtr pick, const SourcePtr& parent, const Type& type, const Type& parent_type);
  void binary(std::uint64_t row, Output& out) const override;
  bool text(std::uint64_t row, std::string& out) const override;
  bool has_binary() const override { return has_binary_; }

 private:
  PickPtr pick_;
  const SourcePtr& parent_;
  const Type& type_;
  bool has_binary_;
};

// A value that stands somewhere, in both forms.
struct Literal {
  std::optional<std::string> text;    // none: NULL
  std::optional<std::string> binary;  // none: NULL, or there is no known encoding
};
Literal make_literal(const Type& type, const std::optional<std::string>& text);
bool encodable(const std::vector<Literal>& literals);

// Rows that already stand, then (where the table may grow) those of another source.
class Standing final : public Source {
 public:
  Standing(std::vector<Literal> rows, SourcePtr further);
  void binary(std::uint64_t row, Output& out) const override;
  bool text(std::uint64_t row, std::string& out) const override;
  bool has_binary() const override { return has_binary_; }

 private:
  std::vector<Literal> rows_;
  SourcePtr further_;
  bool has_binary_;
};

// What a row's tuple of a pool says: a given value, NULL, or the column's own source.
class Pooled final : public Source {
 public:
  struct Cell {
    bool own = false;
    Literal literal;
  };
  Pooled(PickPtr tuple, std::vector<Cell> cells, SourcePtr own);
  void binary(std::uint64_t row, Output& out) const override;
  bool text(std::uint64_t row, std::string& out) const override;
  bool has_binary() const override;

 private:
  PickPtr tuple_;
  std::vector<Cell> cells_;
  SourcePtr own_;
  bool cells_encodable_;
};

}  // namespace pgrehearse::generators
