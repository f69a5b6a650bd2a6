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

// {"id": 17, "list": [1, 1, 1], "text": "..."}, of json without the list. An entry of the list is three bytes of text
// and twelve of jsonb (JsonbContainer in src/include/utils/jsonb.h: four bytes for a container, and for each name and
// each value; numbers start at multiples of four). So their number makes jsonb as wide, by its text, as it has to be.
// Where some are shorter than that, jsonb is {"id": [17.000, "..."]} or {"id": [17, ["...", 1, 1]]}: objects with fewer
// keys come first in its order, and arrays with fewer entries, whatever their numbers. Decimals are text alone.
struct Form {
  bool binary = false;
  double plain_share = 1;  // of jsonb: bytes by those of its text
  bool wrapped = false;    // [{...}]
  bool tight = false;      // of jsonb: a single key

  // Without the number's digits, the list's entries and the text.
  std::size_t frame() const { return (tight ? 14 : binary ? 32 : 20) + (wrapped ? 2 : 0); }

  void write(std::uint64_t number, std::size_t length, const Filler& filler, std::uint64_t bits,
             std::string& out) const {
    std::size_t digits = digits_of(number);
    if (wrapped) out += '[';
    if (length < frame() + digits)
      write_short(number, length, digits, out);
    else
      write_whole(number, divide(length, digits), filler, bits, out);
    if (wrapped) out += ']';
  }

  // Of jsonb, whose text is so long.
  double stored(double length) const {
    const auto size = static_cast<std::size_t>(length);
    if (length <= 2) return stored_width(4 + outer());
    if (size < frame() + kDigits)
      return stored_width(4 + 8 + std::ceil(std::max(1.0, length - 6 - kDigits) / 4) * 4 + 8 + outer());
    const Room room = divide(size, kDigits);
    const double listed = room.entries > 0 ? nested() + static_cast<double>(room.entries) * kStored : 0;
    return stored_width(around() + outer() + listed + static_cast<double>(room.text));
  }

  // Of the text, what is neither frame nor list.
  double filled(double length) const {
    const auto size = static_cast<std::size_t>(length);
    return size < frame() + kDigits ? 0 : static_cast<double>(divide(size, kDigits).text);
  }

 private:
  struct Room {
    std::size_t decimals = 0, entries = 0, text = 0;
  };
  static constexpr std::size_t kDigits = 4, kShown = 3, kStored = 12;

  double outer() const { return wrapped ? 8 : 0; }
  // The object with its names and values, the number, and the empty list or the array.
  double around() const { return tight ? 4 + 8 + 4 + (4 + 2 * 4) + 8 : 4 + 3 * 8 + 12 + 8 + 4; }
  // What a list takes besides its entries, where it is not there without any.
  double nested() const { return tight ? 8 : 0; }

  // `length` is that of frame and digits at least.
  Room divide(std::size_t length, std::size_t digits) const {
    Room room;
    room.text = length - frame() - digits;
    if (!binary) return room;
    const auto left = static_cast<double>(room.text);
    const double more = plain_share * static_cast<double>(length) - around() - outer() - left;
    if (tight && more <= -2) {
      room.decimals = static_cast<std::size_t>(std::min(-more, left));
      if (room.decimals < 2) room.decimals = 0;
    } else {
      const std::size_t brackets = tight ? 2 : 0, most = room.text < brackets ? 0 : (room.text - brackets) / kShown;
      room.entries = static_cast<std::size_t>(std::max((more - nested()) / (kStored - kShown), 0.0));
      room.entries = std::min(room.entries, most);
      // The first one in a list has no comma; brackets of its own are part of the frame if the list is always there.
      if (room.entries > 0) room.text -= tight ? kShown * room.entries + brackets : kShown * room.entries - 2;
    }
    room.text -= room.decimals;
    return room;
  }

  // {"k": 17}, with a name as long as it takes.
  void write_short(std::uint64_t number, std::size_t length, std::size_t digits, std::string& out) const {
    const std::size_t around = 6 + digits + (wrapped ? 2 : 0);
    out += "{\"";
    out.append(length > around + 1 ? length - around : 1, 'k');
    fmt::format_to(std::back_inserter(out), "\": {}}}", number);
  }

  void write_whole(std::uint64_t number, const Room& room, const Filler& filler, std::uint64_t bits,
                   std::string& out) const {
    fmt::format_to(std::back_inserter(out), "{{\"id\": {}{}", tight ? "[" : "", number);
    if (room.decimals > 0) out.append(1, '.').append(room.decimals - 1, '0');
    if (binary && !tight) write_list(room.entries, out);
    out += tight ? room.entries > 0 ? ", [\"" : ", \"" : ", \"text\": \"";
    const std::size_t from = out.size();
    out.resize(from + room.text);
    filler.write(bits, room.text, out.data() + from);
    out += '"';
    for (std::size_t i = 0; tight && i < room.entries; ++i) out += ", 1";
    out += tight ? room.entries > 0 ? "]]}" : "]}" : "}";
  }

  static void write_list(std::size_t entries, std::string& out) {
    out += ", \"list\": [";
    for (std::size_t i = 0; i < entries; ++i) out += i == 0 ? "1" : ", 1";
    out += ']';
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
            base::Seed seed)
      : distribution_(std::move(distribution)),
        parts_(std::move(parts)),
        lengths_(std::move(lengths)),
        filler_({}, lengths_.texture()),
        form_(form),
        seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    thread_local std::string document;
    document.clear();
    if (form_.binary) document += '\1';
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
      out += form_.wrapped ? "[]" : "{}";
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

// What the filling of the widest documents, as opposed to their frames and lists, has to be compressed to.
double filled_share(const ColumnStatistics& statistics, const Form& form) {
  if (statistics.widths.empty()) return *statistics.stored_share;
  constexpr double around = 100;  // bytes, compressed, of frame and list; measured
  const double length = mean_wide(statistics.widths);
  return std::max(*statistics.stored_share * length - (form.binary ? around : 0), 0.0) /
         std::max(form.filled(length), 1.0);
}

// The least of the shares with which documents are wide enough; the greatest, if none is. 1 is what texts are.
template <class WideEnough>
double least_share(WideEnough wide_enough) {
  double low = 1, high = 4;
  if (wide_enough(low)) return low;
  for (int i = 0; i < 8; ++i) {
    const double middle = (low + high) / 2;
    (wide_enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::optional<StatisticalValues> make_statistical_documents(const Aim& given) {
  const ColumnStatistics statistics = with_marks(given.statistics);
  const Aim aim = given.with(statistics);
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
  Form form{aim.wanted.type->kind == Kind::jsonb, 1, says(aim.wanted.column, {"list", "items", "tags", "entries"})};
  form.tight = form.binary && std::any_of(lengths.begin(), lengths.end(), [&](std::size_t length) {
                 return length > 2 && length < form.frame() + digits_of(made.distribution->size());
               });
  auto lengths_with = [&](const Form& form) {
    TextLengths::Stored stored = stored_width;
    if (form.binary) stored = [form](double length) { return form.stored(length); };
    ColumnStatistics filled = statistics;
    if (filled.stored_share) filled.stored_share = filled_share(statistics, form);
    return TextLengths({aim.wanted, filled, aim.null_fraction}, stretches, lengths, least, stored);
  };
  if (form.binary) {
    form.plain_share = statistics.plain_share.value_or(least_share([&](double share) {
      form.plain_share = share;
      return lengths_with(form).unchanged_width() >= statistics.average_width;
    }));
  }
  TextLengths sizes = lengths_with(form);
  sizes.follow(row_lengths(aim, made.distribution));
  made.values =
      std::make_shared<Documents>(made.distribution, std::move(parts), std::move(sizes), form, aim.wanted.seed);
  return made;
}

}  // namespace pgrehearse::generators
