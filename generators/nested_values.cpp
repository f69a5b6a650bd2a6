// Arrays and composite values, made of the values of their elements. Binary forms: array_recv and record_recv.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "generators/array_text.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

void put_value(const Values& values, std::uint64_t number, Output& out) {
  std::size_t field = out.begin_field();
  values.binary(number, out);
  out.end_field(field);
}

void append_value(const Values& values, std::uint64_t number, std::string& out) {
  std::string text;
  values.text(number, text);
  append_quoted(text, out);
}

// One dimension. The first element is the array's number (so that arrays differ where elements do), the others are
// drawn at random.
class Arrays final : public Values {
 public:
  Arrays(ValuesPtr elements, const Type& element, std::size_t shortest, std::size_t longest, base::Seed seed)
      : elements_(std::move(elements)),
        oid_(element.oid),
        delimiter_(element.delimiter),
        shortest_(shortest),
        longest_(longest),
        seed_(seed) {}
  std::uint64_t size() const override { return longest_ == 0 ? 1 : elements_->size(); }
  bool has_binary() const override { return oid_ != 0 && elements_->has_binary(); }
  void binary(std::uint64_t number, Output& out) const override {
    std::size_t count = length(number);
    out.put<std::int32_t>(count == 0 ? 0 : 1);  // dimensions
    out.put<std::int32_t>(0);                   // no NULLs
    out.put(oid_);
    if (count == 0) return;
    out.put(static_cast<std::int32_t>(count));
    out.put<std::int32_t>(1);  // lower bound
    for (std::size_t i = 0; i < count; ++i) put_value(*elements_, element(number, i), out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    out += '{';
    for (std::size_t i = 0, count = length(number); i < count; ++i) {
      if (i > 0) out += delimiter_;
      append_value(*elements_, element(number, i), out);
    }
    out += '}';
  }

 private:
  std::size_t length(std::uint64_t number) const { return shortest_ + seed_.below(number, longest_ - shortest_ + 1); }
  std::uint64_t element(std::uint64_t number, std::size_t at) const {
    return at == 0 ? number : seed_.derive(at).below(number, elements_->size());
  }

  ValuesPtr elements_;
  std::uint32_t oid_;
  char delimiter_;
  std::size_t shortest_, longest_;
  base::Seed seed_;
};

// The first field is the value's number, the others are drawn at random.
class Composites final : public Values {
 public:
  Composites(std::vector<ValuesPtr> fields, std::vector<std::uint32_t> oids, base::Seed seed)
      : fields_(std::move(fields)), oids_(std::move(oids)), seed_(seed) {}
  std::uint64_t size() const override { return fields_.empty() ? 1 : fields_.front()->size(); }
  bool has_binary() const override {
    return std::none_of(oids_.begin(), oids_.end(), [](std::uint32_t oid) { return oid == 0; }) &&
           std::all_of(fields_.begin(), fields_.end(), [](const ValuesPtr& field) { return field->has_binary(); });
  }
  void binary(std::uint64_t number, Output& out) const override {
    out.put(static_cast<std::int32_t>(fields_.size()));
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      out.put(oids_[i]);
      put_value(*fields_[i], field(number, i), out);
    }
  }
  void text(std::uint64_t number, std::string& out) const override {
    out += '(';
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (i > 0) out += ',';
      append_value(*fields_[i], field(number, i), out);
    }
    out += ')';
  }

 private:
  std::uint64_t field(std::uint64_t number, std::size_t at) const {
    return at == 0 ? number : seed_.derive(at).below(number, fields_[at]->size());
  }

  std::vector<ValuesPtr> fields_;
  std::vector<std::uint32_t> oids_;
  base::Seed seed_;
};

const Limits kNoLimits;

base::Result<ValuesPtr> make_part(const Wanted& whole, const Type& type, std::string_view name) {
  Wanted part = whole;
  part.column = name;
  part.type = &type;
  part.limits = type.limits ? type.limits.get() : &kNoLimits;
  part.override_ = nullptr;
  part.seed = whole.seed.derive(name);
  return make_values(part);
}

base::Result<ValuesPtr> make_array(const Wanted& wanted) {
  if (!wanted.type->element) return base::usage_error("the element type of the array is unknown", "list its values");
  auto elements = make_part(wanted, *wanted.type->element, wanted.column);
  if (!elements) return elements;
  int least = wanted.distinct ? 1 : 0, most = 4;
  int shortest = std::max(wanted.limits->length_minimum.value_or(0), least);
  int longest = wanted.limits->length_maximum.value_or(std::max(shortest, most));
  if (shortest > longest) return base::usage_error("no array length lies within its limits", "list its values");
  return ValuesPtr(std::make_unique<Arrays>(std::move(*elements), *wanted.type->element,
                                            static_cast<std::size_t>(shortest), static_cast<std::size_t>(longest),
                                            wanted.seed));
}

base::Result<ValuesPtr> make_composite(const Wanted& wanted) {
  std::vector<ValuesPtr> fields;
  std::vector<std::uint32_t> oids;
  for (std::size_t i = 0; i < wanted.type->fields.size(); ++i) {
    auto field = make_part(wanted, wanted.type->fields[i], fmt::format("f{}", i + 1));
    if (!field) return field;
    fields.push_back(std::move(*field));
    oids.push_back(wanted.type->fields[i].oid);
  }
  return ValuesPtr(std::make_unique<Composites>(std::move(fields), std::move(oids), wanted.seed));
}

}  // namespace

base::Result<ValuesPtr> make_nested(const Wanted& wanted) {
  return wanted.type->kind == Kind::array ? make_array(wanted) : make_composite(wanted);
}

}  // namespace pgrehearse::generators
