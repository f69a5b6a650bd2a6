// json and jsonb as long as the statistics say: common ones as they are, where they are known; all others an object
// with a number that makes it different, small fields, and a text that is as long as it takes. jsonb orders objects
// with as many keys by the first of their values, so that the numbers' order is that of the documents.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generators/filler.hpp"
#include "generators/hints.hpp"
#include "generators/text_lengths.hpp"

namespace pgrehearse::generators {
namespace {

std::size_t digits_of(std::uint64_t number) { return fmt::formatted_size("{}", number); }

// {"id": 17, "k01": 1, ..., "text": "..."} with so many fields between.
struct Form {
  std::size_t fields = 0;
  bool list = false;  // [{...}]

  // Without the number's digits and the text.
  std::size_t frame() const { return 6 + 10 * fields + 2 + 10 + 2 + (list ? 2 : 0); }

  void write(std::uint64_t number, std::size_t length, const Filler& filler, std::uint64_t bits,
             std::string& out) const {
    std::size_t digits = digits_of(number), frame = this->frame();
    if (list) out += '[';
    if (length < frame + digits) {
      // {"k": 17}, with a name as long as it takes.
      std::size_t around = 6 + digits + (list ? 2 : 0);
      out += "{\"";
      out.append(length > around + 1 ? length - around : 1, 'k');
      fmt::format_to(std::back_inserter(out), "\": {}}}", number);
    } else {
      fmt::format_to(std::back_inserter(out), "{{\"id\": {}", number);
      for (std::size_t i = 1; i <= fields; ++i) fmt::format_to(std::back_inserter(out), ", \"k{:02}\": 1", i);
      out += ", \"text\": \"";
      std::size_t from = out.size(), size = length - frame - digits;
      out.resize(from + size);
      filler.write(bits, size, out.data() + from);
      out += "\"}";
    }
    if (list) out += ']';
  }

  // Of jsonb, whose text is so long (JsonbContainer in src/include/utils/jsonb.h: four bytes for the container, and for
  // each name and each value; numbers start at multiples of four).
  double stored(double length) const {
    double digits = 4, numeric = 8, outer = list ? 8 : 0, size;
    if (length <= 2) {
      size = 4 + outer;
    } else if (length < static_cast<double>(frame()) + digits) {
      double name = std::max(1.0, length - 6 - digits);
      size = 4 + 8 + std::ceil(name / 4) * 4 + numeric + outer;
    } else {
      auto pairs = static_cast<double>(fields) + 2;
      double names = std::ceil((6 + 3 * static_cast<double>(fields)) / 4) * 4;
      double text = length - static_cast<double>(frame()) - digits;
      size = 4 + 8 * pairs + names + numeric * (pairs - 1) + text + outer;
    }
    return stored_width(size);
  }
};

class Documents final : public Values {
 public:
  struct Part {
    std::optional<std::string> known;  // a common one
    std::size_t low = 0, high = 0;
    bool common = false;
  };

  Documents(std::shared_ptr<const Distribution> distribution, std::vector<Part> parts, TextLengths lengths, Form form,
            bool version, base::Seed seed)
      : distribution_(std::move(distribution)),
        parts_(std::move(parts)),
        lengths_(std::move(lengths)),
        filler_({}, lengths_.random_share()),
        form_(form),
        version_(version),
        seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    thread_local std::string document;
    document.clear();
    if (version_) document += '\1';
    text(number, document);
    out.append(document);
  }
  void text(std::uint64_t number, std::string& out) const override {
    if (number >= distribution_->size()) return write(number, parts_.back(), out);
    const Part& part = parts_[distribution_->spot(number).stretch];
    if (!part.known) return write(number, part, out);
    out += *part.known;
  }

 private:
  void write(std::uint64_t number, const Part& part, std::string& out) const {
    if (part.common && part.low <= 2) {
      out += form_.list ? "[]" : "{}";
      return;
    }
    std::size_t length = part.common ? part.low : lengths_.at(number, part.low, part.high);
    form_.write(number, length, filler_, seed_.bits(number), out);
  }

  std::shared_ptr<const Distribution> distribution_;
  std::vector<Part> parts_;  // by stretch
  TextLengths lengths_;
  Filler filler_;
  Form form_;
  bool version_;
  base::Seed seed_;
};

// json has no order, hence no marks: as if there were two bounds.
ColumnStatistics with_marks(ColumnStatistics statistics) {
  if (!statistics.marks.empty()) return statistics;
  statistics.marks.resize(2);
  for (Mark& mark : statistics.marks)
    mark.length = static_cast<std::uint32_t>(std::max(statistics.average_width - 1, 2.0));
  if (statistics.distinct == 0) statistics.distinct = -(1 - statistics.null_fraction);
  return statistics;
}

}  // namespace

std::optional<StatisticalValues> make_statistical_documents(const Aim& given) {
  const ColumnStatistics statistics = with_marks(given.statistics);
  Aim aim{given.wanted, statistics, given.null_fraction, given.pattern, given.included, given.counted};
  std::vector<Stretch> stretches = stretches_of(statistics);
  for (Stretch& stretch : stretches) stretch.room = stretch.common() ? 1 : kPlenty / 4096;
  if (aim.wanted.distinct) std::erase_if(stretches, [](const Stretch& stretch) { return stretch.common(); });
  StatisticalValues made;
  if (!fit(stretches, statistics.marks, aim, made)) return std::nullopt;
  std::vector<std::size_t> lengths, least(stretches.size(), 8);
  for (const Mark& mark : statistics.marks) lengths.push_back(mark.value ? mark.value->size() : mark.length);
  std::vector<Documents::Part> parts;
  for (const Stretch& stretch : stretches) {
    const auto& text = statistics.marks[stretch.low].value;
    parts.push_back(
        {stretch.common() ? text : std::nullopt, lengths[stretch.low], lengths[stretch.high], stretch.common()});
  }
  Form form{0, says(aim.wanted.column, {"list", "items", "tags", "entries"})};
  bool binary = aim.wanted.type->kind == Kind::jsonb;
  auto lengths_with = [&](const Form& form) {
    TextLengths::Stored stored = stored_width;
    if (binary) stored = [form](double length) { return form.stored(length); };
    return TextLengths(aim, stretches, lengths, least, stored);
  };
  // Small fields take more room in the row than in the text: as many as make up for the difference.
  constexpr std::size_t most = 24;
  while (binary && form.fields < most && lengths_with(form).unchanged_width() < statistics.average_width) ++form.fields;
  made.values = std::make_shared<Documents>(made.distribution, std::move(parts), lengths_with(form), form, binary,
                                            aim.wanted.seed);
  return made;
}

}  // namespace pgrehearse::generators
