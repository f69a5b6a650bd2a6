#include "generators/hints.hpp"

#include <algorithm>
#include <cctype>

#include "generators/numeric_encoding.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::pair<std::string_view, Style> kStyleNames[] = {{"prose", Style::prose},
                                                              {"label", Style::label},
                                                              {"person", Style::person},
                                                              {"given_name", Style::given_name},
                                                              {"family_name", Style::family_name},
                                                              {"handle", Style::handle},
                                                              {"email", Style::email},
                                                              {"phone", Style::phone},
                                                              {"url", Style::url},
                                                              {"path", Style::path},
                                                              {"address", Style::address},
                                                              {"slug", Style::slug},
                                                              {"code", Style::code},
                                                              {"hex", Style::hex},
                                                              {"uuid", Style::uuid},
                                                              {"version", Style::version},
                                                              {"country", Style::country},
                                                              {"currency", Style::currency},
                                                              {"language", Style::language},
                                                              {"city", Style::city},
                                                              {"colour", Style::colour},
                                                              {"status", Style::status},
                                                              {"media_type", Style::media_type}};

bool boundary(std::string_view name, std::size_t at) {
  if (at == 0 || at >= name.size()) return true;
  auto before = static_cast<unsigned char>(name[at - 1]), here = static_cast<unsigned char>(name[at]);
  return !std::isalnum(before) || !std::isalnum(here) || (std::islower(before) && std::isupper(here)) ||
         (std::isalpha(before) && std::isdigit(here));
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool says_word(std::string_view name, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= name.size(); ++at)
    if (same_letters(name.substr(at, word.size()), word) && boundary(name, at) && boundary(name, at + word.size()))
      return true;
  return false;
}

struct NumberHint {
  std::initializer_list<std::string_view> words;
  std::int64_t first, last;
};

const NumberHint kNumberHints[] = {
    {{"year"}, 1990, 2026},
    {{"month"}, 1, 12},
    {{"day", "weekday"}, 1, 28},
    {{"hour", "hours"}, 0, 23},
    {{"minute", "minutes", "second", "seconds"}, 0, 59},
    {{"age"}, 18, 90},
    {{"lat", "latitude"}, -90, 90},
    {{"lng", "lon", "long", "longitude"}, -180, 180},
    {{"percent", "percentage", "pct", "score", "progress", "quantity", "qty", "stock", "position", "priority"}, 0, 100},
    {{"rating", "stars"}, 1, 5},
    {{"price", "amount", "cost", "total", "fee", "tax", "discount", "salary"}, 0, 1000},
    {{"count", "votes", "likes", "views", "downloads"}, 0, 100'000},
    {{"version"}, 1, 20},
    {{"port"}, 1024, 65535},
};

Window of_numbers(std::string_view name, const Type& type) {
  Unit unit = unit_of(type);
  auto factor = static_cast<std::int64_t>(kPowersOfTen[unit.scale]);
  for (const NumberHint& hint : kNumberHints)
    for (std::string_view word : hint.words)
      if (says_word(name, word)) return {hint.first * factor, hint.last * factor};
  switch (type.kind) {
    case Kind::boolean:
      return {0, 1};
    case Kind::int2:
      return {0, 9'999};
    case Kind::int4:
    case Kind::int8:
    case Kind::oid:
      return {0, 999'999};
    default:
      return {0, 10'000 * factor};
  }
}

// The two years before 2026: fixed, because the same seed must give the same rows next year.
Window of_dates(std::string_view name, std::int64_t day) {
  if (says(name, {"birth", "birthday", "birthdate", "dob", "born"}))
    return {days_since_2000(1940, 1, 1) * day, days_since_2000(2008, 1, 1) * day - 1};
  if (says(name, {"expires", "expiry", "expiration", "until"}))
    return {days_since_2000(2025, 7, 1) * day, days_since_2000(2028, 1, 1) * day - 1};
  return {days_since_2000(2024, 1, 1) * day, days_since_2000(2026, 1, 1) * day - 1, true};
}

struct StyleHint {
  Style style;
  std::initializer_list<std::string_view> words;
};

// The first that matches counts: "email_hash" is a hash.
const StyleHint kStyleHints[] = {
    {Style::blank, {"filler", "padding"}},
    {Style::uuid, {"uuid", "guid"}},
    {Style::hex,
     {"hash", "sha", "sha1", "sha256", "md5", "digest", "checksum", "token", "secret", "password", "hex", "fingerprint",
      "signature", "salt", "nonce"}},
    {Style::email, {"email", "mail"}},
    {Style::phone, {"phone", "mobile", "fax", "tel"}},
    {Style::url,
     {"url", "uri", "link", "href", "website", "homepage", "avatar", "image", "repository", "documentation"}},
    {Style::media_type, {"mime", "mimetype"}},
    {Style::path, {"path", "file", "filename", "dir", "folder"}},
    {Style::address, {"street"}},
    {Style::slug, {"slug", "permalink"}},
    {Style::version, {"version", "semver", "num", "release"}},
    {Style::given_name, {"first", "given", "firstname"}},
    {Style::family_name, {"last", "family", "surname", "lastname"}},
    {Style::handle, {"username", "login", "handle", "nickname", "account"}},
    {Style::country, {"country"}},
    {Style::currency, {"currency"}},
    {Style::language, {"lang", "language", "locale"}},
    {Style::city, {"city", "town"}},
    {Style::colour, {"color", "colour"}},
    {Style::status, {"status", "state", "stage", "phase"}},
    {Style::code, {"code", "sku", "ref", "reference", "number", "key", "zip", "postcode"}},
    {Style::person, {"author", "owner", "customer", "contact"}},
    {Style::prose,
     {"description", "body", "content", "text", "comment", "message", "bio", "notes", "note", "summary", "readme",
      "abstract"}},
};

}  // namespace

bool says(std::string_view name, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says_word(name, word); });
}

std::vector<std::string> style_names() {
  std::vector<std::string> names;
  for (const auto& [word, style] : kStyleNames) names.emplace_back(word);
  return names;
}

std::optional<Style> style_named(std::string_view word) {
  for (const auto& [known, style] : kStyleNames)
    if (known == word) return style;
  return std::nullopt;
}

Window usual_window(std::string_view name, const Type& type) {
  switch (type.kind) {
    case Kind::date:
      return of_dates(name, 1);
    case Kind::timestamp:
    case Kind::timestamptz:
      return of_dates(name, kMicrosPerDay);
    case Kind::time:
    case Kind::timetz:
      return {0, kMicrosPerDay - 1};
    case Kind::interval:
      return {0, 7 * kMicrosPerDay};
    default:
      return of_numbers(name, type);
  }
}

Style style_of(std::string_view name) {
  for (const StyleHint& hint : kStyleHints)
    if (says(name, hint.words)) return hint.style;
  return Style::label;
}

}  // namespace pgrehearse::generators
