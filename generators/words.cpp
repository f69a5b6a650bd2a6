#include "generators/words.hpp"

#include <string>
#include <vector>

#include "harness/base/random.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::string_view words[] = {
    "able",    "account", "across",   "action",  "after",   "again",   "agree",  "allow",   "almost",  "along",
    "always",  "amount",  "anchor",   "answer",  "apple",   "arrive",  "asset",  "autumn",  "average", "backup",
    "balance", "basic",   "batch",    "before",  "begin",   "better",  "bridge", "bright",  "budget",  "build",
    "button",  "cable",   "camera",   "careful", "center",  "change",  "check",  "choice",  "circle",  "clear",
    "client",  "cloud",   "coffee",   "color",   "common",  "copper",  "corner", "cotton",  "create",  "credit",
    "daily",   "delta",   "design",   "detail",  "device",  "direct",  "dinner", "doctor",  "dollar",  "double",
    "dream",   "early",   "earth",    "easy",    "editor",  "eight",   "empty",  "energy",  "engine",  "enough",
    "entry",   "equal",   "escape",   "event",   "every",   "exact",   "expert", "fabric",  "factor",  "family",
    "faster",  "father",  "field",    "figure",  "final",   "finger",  "first",  "flight",  "follow",  "forest",
    "formal",  "forward", "frame",    "fresh",   "friend",  "future",  "garden", "gather",  "gentle",  "global",
    "golden",  "ground",  "growth",   "guide",   "happy",   "harbor",  "heavy",  "height",  "hidden",  "honest",
    "house",   "human",   "image",    "impact",  "index",   "inner",   "island", "issue",   "jacket",  "journey",
    "judge",   "kernel",  "kitchen",  "label",   "ladder",  "large",   "later",  "launch",  "layer",   "leader",
    "letter",  "level",   "light",    "linear",  "list",    "little",  "local",  "logic",   "lunch",   "machine",
    "magnet",  "major",   "manual",   "margin",  "market",  "master",  "matter", "memory",  "metal",   "middle",
    "minor",   "mirror",  "mobile",   "model",   "modern",  "module",  "moment", "monitor", "month",   "morning",
    "mother",  "motion",  "mountain", "music",   "narrow",  "native",  "nature", "needle",  "network", "never",
    "night",   "normal",  "north",    "notice",  "number",  "object",  "ocean",  "office",  "often",   "open",
    "option",  "orange",  "order",    "other",   "outer",   "package", "paper",  "parent",  "party",   "pattern",
    "people",  "pepper",  "phase",    "phone",   "photo",   "picture", "plain",  "planet",  "player",  "pocket",
    "point",   "policy",  "powder",   "power",   "pretty",  "price",   "print",  "private", "profile", "project",
    "proper",  "public",  "purple",   "quick",   "quiet",   "radio",   "random", "reader",  "reason",  "record",
    "region",  "remote",  "report",   "result",  "return",  "river",   "rocket", "round",   "route",   "safety",
    "sample",  "school",  "screen",   "season",  "second",  "secret",  "server", "seven",   "shadow",  "signal",
    "silver",  "simple",  "single",   "sister",  "small",   "smooth",  "social", "solid",   "source",  "south",
    "special", "spring",  "square",   "stable",  "standard"};

constexpr std::string_view given_names[] = {
    "Ada",   "Alan",   "Amara", "Ana",    "Bela",  "Bruno",  "Carla", "Chen",   "Clara", "Dario", "Dina",  "Edgar",
    "Elena", "Emil",   "Farah", "Felix",  "Greta", "Hana",   "Hugo",  "Ines",   "Iris",  "Ivan",  "Jonas", "Julia",
    "Kamal", "Karin",  "Lars",  "Leila",  "Linus", "Lucia",  "Maria", "Mateo",  "Mina",  "Nadia", "Niels", "Nora",
    "Olga",  "Omar",   "Paula", "Pedro",  "Priya", "Rafael", "Rosa",  "Samira", "Sofia", "Sven",  "Tariq", "Tessa",
    "Timo",  "Ursula", "Vera",  "Viktor", "Wanda", "Willem", "Yara",  "Yusuf",  "Zara",  "Zoltan"};

constexpr std::string_view family_names[] = {
    "Abel",   "Adams",    "Ahmed",   "Almeida", "Bauer",  "Bianchi", "Brown",  "Castro", "Cohen",  "Costa",
    "Dubois", "Eriksen",  "Fischer", "Garcia",  "Gupta",  "Haddad",  "Hansen", "Horvat", "Ivanov", "Jansen",
    "Kaplan", "Keller",   "Khan",    "Kim",     "Kowal",  "Larsen",  "Lopez",  "Marino", "Martin", "Meyer",
    "Mori",   "Nagy",     "Nguyen",  "Novak",   "Okafor", "Olsen",   "Ortiz",  "Papas",  "Petrov", "Popa",
    "Rossi",  "Sato",     "Schmidt", "Silva",   "Singh",  "Smith",   "Sousa",  "Suzuki", "Tanaka", "Torres",
    "Vargas", "Virtanen", "Weber",   "Wilson",  "Yilmaz", "Zhang"};

constexpr std::string_view cities[] = {"Amsterdam", "Athens", "Berlin",   "Bogota",   "Cairo",   "Chicago", "Delhi",
                                       "Dublin",    "Hanoi",  "Helsinki", "Istanbul", "Jakarta", "Lagos",   "Lima",
                                       "Lisbon",    "London", "Madrid",   "Montreal", "Nairobi", "Oslo",    "Paris",
                                       "Prague",    "Rome",   "Santiago", "Seoul",    "Sydney",  "Tokyo",   "Warsaw"};
constexpr std::string_view countries[] = {"AU", "BR", "CA", "CL", "CZ", "DE", "DK", "EG", "ES", "FI", "FR",
                                          "GB", "GR", "ID", "IE", "IN", "IT", "JP", "KE", "KR", "MX", "NG",
                                          "NL", "NO", "PL", "PT", "SE", "TR", "US", "VN", "ZA"};
constexpr std::string_view currencies[] = {"AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP",
                                           "INR", "JPY", "MXN", "NOK", "PLN", "SEK", "USD", "ZAR"};
constexpr std::string_view languages[] = {"cs", "da", "de", "el", "en", "es", "fi", "fr", "hi",
                                          "it", "ja", "ko", "nl", "no", "pl", "pt", "sv", "tr"};
constexpr std::string_view colours[] = {"black", "blue",   "brown", "cyan",   "gold", "green", "grey",
                                        "lime",  "maroon", "navy",  "orange", "pink", "red",   "white"};
constexpr std::string_view statuses[] = {"active", "active", "active", "pending", "done", "failed", "archived", "new"};
constexpr std::string_view media_types[] = {"application/json", "application/pdf", "image/jpeg", "image/png",
                                            "text/html",        "text/plain",      "video/mp4"};

struct LongText {
  static constexpr std::uint64_t kCount = 16'384;  // words: a small part of a processor's own cache

  LongText() {
    for (std::uint64_t i = 0; i < kCount; ++i) {
      starts.push_back(text.size());
      text.append(one_of(words, base::mix64(i))) += ' ';
    }
    starts.push_back(text.size());
  }

  std::string text;
  std::vector<std::size_t> starts;  // of the words, then the end
};

}  // namespace

const std::span<const std::string_view> kWords = words, kGivenNames = given_names, kFamilyNames = family_names,
                                        kCities = cities, kCountries = countries, kCurrencies = currencies,
                                        kLanguages = languages, kColours = colours, kStatuses = statuses,
                                        kMediaTypes = media_types;

std::string_view passage(std::uint64_t bits) {
  constexpr std::uint64_t size = 64;
  static const LongText all;
  const std::uint64_t first = ((bits >> 32) * (LongText::kCount - size)) >> 32;
  const std::size_t start = all.starts[first];
  return std::string_view(all.text).substr(start, all.starts[first + size] - start);
}

}  // namespace pgrehearse::generators
