// Structured text: json, xml, tsvector, tsquery, jsonpath, ltree and its queries, hstore; all small, and different for
// different numbers. Binary forms: json_recv, jsonb_recv, jsonpath_recv, xml_recv, tsvectorrecv, tsqueryrecv,
// ltree_recv, lquery_recv, ltxtq_recv, hstore_recv.
#include <fmt/compile.h>
#include <fmt/format.h>

#include "generators/hints.hpp"
#include "generators/values.hpp"
#include "generators/words.hpp"

namespace pgrehearse::generators {
namespace {

std::string_view word(base::Seed seed, std::uint64_t number, std::uint64_t nth) {
  return one_of(kWords, seed.derive(nth).bits(number));
}

// Types whose binary form is their text, behind at most one byte that names the format's version.
class Documents : public Values {
 public:
  Documents(base::Seed seed, std::optional<char> version) : seed_(seed), version_(version) {}
  std::uint64_t size() const final { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const final {
    if (version_) out.append(*version_);
    write(number, out);
  }
  void text(std::uint64_t number, std::string& out) const final {
    Output end(out);
    write(number, end);
  }

 protected:
  virtual void write(std::uint64_t number, Output& out) const = 0;

  base::Seed seed_;

 private:
  std::optional<char> version_;
};

// {"id": 7, "name": "able orange", "tags": ["after", "river"], "active": true, "score": 12.5}
class JsonDocuments final : public Documents {
 public:
  JsonDocuments(base::Seed seed, std::optional<char> version, bool list) : Documents(seed, version), list_(list) {}

 protected:
  void write(std::uint64_t number, Output& out) const override {
    std::uint64_t bits = seed_.bits(number), more = base::mix64(bits), third = base::mix64(more);
    out.append(list_ ? R"([{"id": )" : R"({"id": )");
    out.append_number(number);
    put_words(R"(, "name": ")", bits, R"( )", out);
    put_words(R"(", "tags": [")", more, R"(", ")", out);
    out.append((third & 1) != 0 ? R"("], "active": true, "score": )" : R"("], "active": false, "score": )");
    out.append_number((third >> 32) % 97);
    out.append('.');
    out.append(static_cast<char>('1' + (third >> 8) % 9));
    out.append(list_ ? "}]" : "}");
  }

 private:
  // Two, from 64 random bits.
  static void put_words(std::string_view before, std::uint64_t bits, std::string_view between, Output& out) {
    out.append(before);
    out.append(one_of(kWords, bits));
    out.append(between);
    out.append(one_of(kWords, bits << 32));
  }

  bool list_;
};

class XmlDocuments final : public Documents {
 public:
  explicit XmlDocuments(base::Seed seed) : Documents(seed, std::nullopt) {}

 protected:
  void write(std::uint64_t number, Output& out) const override {
    out.append(fmt::format(FMT_COMPILE("<item id=\"{}\"><name>{} {}</name></item>"), number, word(seed_, number, 1),
                           word(seed_, number, 2)));
  }
};

class LabelPaths final : public Documents {
 public:
  explicit LabelPaths(base::Seed seed) : Documents(seed, '\1') {}

 protected:
  void write(std::uint64_t number, Output& out) const override {
    out.append(fmt::format(FMT_COMPILE("{}.{}.n{}"), word(seed_, number, 1), word(seed_, number, 2), number));
  }
};

// $.word ? (@.id == 42)
class JsonPaths final : public Documents {
 public:
  explicit JsonPaths(base::Seed seed) : Documents(seed, '\1') {}

 protected:
  void write(std::uint64_t number, Output& out) const override {
    out.append(fmt::format(FMT_COMPILE("$.\"{}\"?(@.\"id\" == {})"), word(seed_, number, 1), number));
  }
};

// word.*.n42, or word & n42
class LabelQueries final : public Documents {
 public:
  LabelQueries(base::Seed seed, std::string_view between) : Documents(seed, '\1'), between_(between) {}

 protected:
  void write(std::uint64_t number, Output& out) const override {
    out.append(fmt::format(FMT_COMPILE("{}{}n{}"), word(seed_, number, 1), between_, number));
  }

 private:
  std::string_view between_;
};

// Two lexemes in order: "n42" sorts behind any word that starts with a..m.
class TextVectors final : public Values {
 public:
  explicit TextVectors(base::Seed seed) : seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::int32_t>(2);
    std::string lexeme = numbered(number);
    for (std::string_view each : {first(number), std::string_view(lexeme)}) {
      out.append(each);
      out.append('\0');
      out.put<std::uint16_t>(1);
      out.put<std::uint16_t>(each == lexeme ? 2 : 1);
    }
  }
  void text(std::uint64_t number, std::string& out) const override {
    fmt::format_to(std::back_inserter(out), "'{}':1 '{}':2", first(number), numbered(number));
  }

 private:
  static constexpr std::size_t kUpToM = 128;  // kWords is sorted
  std::string_view first(std::uint64_t number) const { return kWords[seed_.below(number, kUpToM)]; }
  static std::string numbered(std::uint64_t number) { return fmt::format("n{}", number); }

  base::Seed seed_;
};

// word & number
class TextQueries final : public Values {
 public:
  explicit TextQueries(base::Seed seed) : seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::int32_t>(3);
    out.put<std::uint8_t>(2);  // QI_OPR
    out.put<std::uint8_t>(2);  // OP_AND, in prefix order, right operand first
    put_operand(std::to_string(number), out);
    put_operand(word(seed_, number, 1), out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    fmt::format_to(std::back_inserter(out), "'{}' & '{}'", word(seed_, number, 1), number);
  }

 private:
  static void put_operand(std::string_view lexeme, Output& out) {
    out.put<std::uint8_t>(1);  // QI_VAL
    out.put<std::uint8_t>(0);  // weight: any
    out.put<std::uint8_t>(0);  // not a prefix
    out.append(lexeme);
    out.append('\0');
  }
  base::Seed seed_;
};

class KeyValues final : public Values {
 public:
  explicit KeyValues(base::Seed seed) : seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::int32_t>(2);
    out.put_field("id");
    out.put_field(std::to_string(number));
    out.put_field("kind");
    out.put_field(word(seed_, number, 1));
  }
  void text(std::uint64_t number, std::string& out) const override {
    fmt::format_to(std::back_inserter(out), R"("id"=>"{}", "kind"=>"{}")", number, word(seed_, number, 1));
  }

 private:
  base::Seed seed_;
};

bool lists(std::string_view column) { return says(column, {"list", "items", "tags", "entries"}); }

}  // namespace

ValuesPtr make_document(const Wanted& wanted) {
  switch (wanted.type->kind) {
    case Kind::json:
      return std::make_unique<JsonDocuments>(wanted.seed, std::nullopt, lists(wanted.column));
    case Kind::jsonb:
      return std::make_unique<JsonDocuments>(wanted.seed, '\1', lists(wanted.column));
    case Kind::xml:
      return std::make_unique<XmlDocuments>(wanted.seed);
    case Kind::ltree:
      return std::make_unique<LabelPaths>(wanted.seed);
    case Kind::jsonpath:
      return std::make_unique<JsonPaths>(wanted.seed);
    case Kind::lquery:
      return std::make_unique<LabelQueries>(wanted.seed, ".*.");
    case Kind::ltxtquery:
      return std::make_unique<LabelQueries>(wanted.seed, " & ");
    case Kind::tsvector:
      return std::make_unique<TextVectors>(wanted.seed);
    case Kind::tsquery:
      return std::make_unique<TextQueries>(wanted.seed);
    default:
      return std::make_unique<KeyValues>(wanted.seed);
  }
}

}  // namespace pgrehearse::generators
