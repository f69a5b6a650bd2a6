// Types that the server's own tables are made of, and types that are known by a notation alone. Binary forms:
// pg_lsn_recv, tidrecv, pg_snapshot_recv, oidvectorrecv and int2vectorrecv (src/backend/utils/adt).
#include <fmt/format.h>

#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

class LogPositions final : public Values {
 public:
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override { out.put(position(number)); }
  void text(std::uint64_t number, std::string& out) const override {
    fmt::format_to(std::back_inserter(out), "{:X}/{:X}", position(number) >> 32, position(number) & 0xffffffff);
  }

 private:
  static std::uint64_t position(std::uint64_t number) { return 0x1000000 + number; }
};

class RowPlaces final : public Values {
 public:
  std::uint64_t size() const override { return kRowsOfPage << 32; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put(static_cast<std::uint32_t>(number / kRowsOfPage));
    out.put(static_cast<std::uint16_t>(number % kRowsOfPage + 1));
  }
  void text(std::uint64_t number, std::string& out) const override {
    fmt::format_to(std::back_inserter(out), "({},{})", number / kRowsOfPage, number % kRowsOfPage + 1);
  }

 private:
  static constexpr std::uint64_t kRowsOfPage = 100;
};

// xmin, xmax and one transaction between them in progress.
class Snapshots final : public Values {
 public:
  std::uint64_t size() const override { return kPlenty / 2; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::int32_t>(1);
    for (std::uint64_t xid : {number + 1000, number + 1010, number + 1000}) out.put(xid);
  }
  void text(std::uint64_t number, std::string& out) const override {
    fmt::format_to(std::back_inserter(out), "{0}:{1}:{0}", number + 1000, number + 1010);
  }
};

// One to three numbers; the first is the vector's.
class Vectors final : public Values {
 public:
  Vectors(ValuesPtr elements, std::uint32_t oid, base::Seed seed)
      : elements_(std::move(elements)), oid_(oid), seed_(seed) {}
  std::uint64_t size() const override { return elements_->size(); }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::int32_t>(1);  // dimensions
    out.put<std::int32_t>(0);  // no NULLs
    out.put(oid_);
    out.put(static_cast<std::int32_t>(length(number)));
    out.put<std::int32_t>(0);  // lower bound
    for (std::size_t i = 0; i < length(number); ++i) {
      std::size_t field = out.begin_field();
      elements_->binary(element(number, i), out);
      out.end_field(field);
    }
  }
  void text(std::uint64_t number, std::string& out) const override {
    for (std::size_t i = 0; i < length(number); ++i) {
      if (i > 0) out += ' ';
      elements_->text(element(number, i), out);
    }
  }

 private:
  std::size_t length(std::uint64_t number) const { return 1 + seed_.below(number, 3); }
  std::uint64_t element(std::uint64_t number, std::size_t at) const {
    return at == 0 ? number : seed_.derive(at).below(number, elements_->size());
  }

  ValuesPtr elements_;
  std::uint32_t oid_;
  base::Seed seed_;
};

// The first # is the value's number, those behind it are drawn: small, as coordinates on a globe are.
class Notations final : public Values {
 public:
  Notations(std::string_view notation, bool distinct, base::Seed seed)
      : notation_(notation), distinct_(distinct), seed_(seed) {}
  std::uint64_t size() const override { return distinct_ ? std::uint64_t{1} << 31 : kMost * kMost; }
  bool has_binary() const override { return false; }
  void binary(std::uint64_t, Output&) const override { PGR_CHECK(false); }
  void text(std::uint64_t number, std::string& out) const override {
    std::uint64_t place = 0;
    for (char c : notation_) {
      if (c != '#') {
        out += c;
        continue;
      }
      bool own = place == 0 && distinct_;
      out += std::to_string(own ? number : seed_.derive(place).below(number, kMost));
      ++place;
    }
  }

 private:
  static constexpr std::uint64_t kMost = 90;
  std::string notation_;
  bool distinct_;
  base::Seed seed_;
};

ValuesPtr make_vector(const Wanted& wanted) {
  static const Limits no_limits;
  Wanted element = wanted;
  element.type = wanted.type->element.get();
  element.limits = &no_limits;
  element.override_ = nullptr;
  auto values = make_quantities(element);
  PGR_CHECK(values);
  return std::make_unique<Vectors>(std::move(*values), wanted.type->element->oid, wanted.seed);
}

}  // namespace

ValuesPtr make_system(const Wanted& wanted) {
  switch (wanted.type->kind) {
    case Kind::pg_lsn:
      return std::make_unique<LogPositions>();
    case Kind::tid:
      return std::make_unique<RowPlaces>();
    case Kind::snapshot:
      return std::make_unique<Snapshots>();
    default:
      return make_vector(wanted);
  }
}

ValuesPtr make_notation(const Wanted& wanted) {
  return std::make_unique<Notations>(wanted.type->notation, wanted.distinct, wanted.seed);
}

}  // namespace pgrehearse::generators
