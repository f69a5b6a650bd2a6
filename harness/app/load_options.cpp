#include "harness/app/load_options.hpp"

#include <fmt/format.h>
#include <time.h>

#include <charconv>
#include <random>

#include "harness/base/units.hpp"
#include "harness/load/script_sources.hpp"
#include "harness/provision/existing_permission.hpp"
#include "harness/provision/existing_server.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

// Reads options and keeps every mistake.
class Reader {
 public:
  explicit Reader(const Parsed& parsed) : parsed_(parsed) {}

  base::Result<LoadRequest> read() {
    read_target();
    read_scripts();
    read_clients();
    read_pace();
    read_length();
    read_rules();
    read_start();
    if (!errors_.empty()) return errors_;
    return std::move(request_);
  }

 private:
  template <class Value>
  std::optional<Value> keep(base::Result<Value> result) {
    if (result) return std::move(*result);
    errors_.insert(errors_.end(), result.errors().begin(), result.errors().end());
    return {};
  }
  void mistake(std::string message, std::string hint = {}) {
    errors_.push_back(base::usage_error(std::move(message), std::move(hint)));
  }

  // A whole number from `least` to `most`; none when the option is not given, or wrong.
  std::optional<std::uint64_t> whole(const std::string& option, std::uint64_t least, std::uint64_t most) {
    const auto text = parsed_.value(option);
    if (!text) return {};
    const auto value = number<std::uint64_t>(*text);
    if (value && *value >= least && *value <= most) return value;
    mistake(fmt::format("--{} {}: expected a whole number from {} to {}", option, *text, least, most));
    return {};
  }

  // pgbench's bare numbers (seconds there), and durations as everywhere else here.
  std::optional<base::Duration> span(const std::string& option) {
    const auto text = parsed_.value(option);
    if (!text) return {};
    if (const auto seconds = number<double>(*text); seconds && *seconds >= 0 && *seconds < 1e8) {
      return base::from_ms(*seconds * 1e3);
    }
    return keep(base::parse_duration(*text));
  }

  void read_target() {
    if (auto target = keep(provision::named_target(parsed_.positionals.empty() ? "existing" : database_text()))) {
      request_.target = std::move(*target);
    }
    if (const auto host = parsed_.value("host")) request_.target.host = *host;
    if (const auto port = whole("port", 1, 65535)) request_.target.port = static_cast<int>(*port);
    if (const auto user = parsed_.value("username")) request_.target.user = *user;
    keep(
        provision::refuse_production(request_.target, "traffic reads and writes; send it to a copy on another server"));
  }

  // A connection text as it is; else the name of a database.
  std::string database_text() const {
    const std::string& text = parsed_.positionals.front();
    if (text.find("://") != std::string::npos || text.find('=') != std::string::npos) return text;
    postgres::Target named;
    named.database = text;
    return named.connection_string();
  }

  void add(std::optional<scenario::Script> script) {
    if (!script) return;
    if (script->weight > 0) request_.traffic.scripts.push_back(std::move(*script));
  }
  void add_builtin(const std::string& option) {
    request_.builtin = true;
    add(keep(load::builtin_script(option)));
  }

  void read_scripts() {
    for (const std::string& option : parsed_.all("builtin")) add_builtin(option);
    if (parsed_.has("select-only")) add_builtin("select-only");
    if (parsed_.has("skip-some-updates")) add_builtin("simple-update");
    for (const std::string& option : parsed_.all("file")) add(keep(load::script_file(option)));
    const bool asked =
        parsed_.has("builtin") || parsed_.has("file") || parsed_.has("select-only") || parsed_.has("skip-some-updates");
    if (!asked) add_builtin("tpcb-like");
    if (errors_.empty() && request_.traffic.scripts.empty()) mistake("every script has the weight 0");
  }

  // "3/8", or "next/8".
  void read_slice(std::string text) {
    const bool next = text.starts_with("next/");
    if (next) text.replace(0, 4, "1");
    const auto slice = keep(base::parse_slice(text));
    if (!slice) return;
    request_.slices = slice->of;
    request_.slice = next ? std::nullopt : std::optional(slice->number);
  }

  void read_clients() {
    if (const auto text = parsed_.value("slice")) read_slice(*text);
    const std::uint64_t clients = whole("client", 1, 10'000).value_or(1);
    if (clients < request_.slices) {
      return mistake(fmt::format("{} client(s) cannot be shared by {} slices", clients, request_.slices),
                     "--client is the number of all slices together: give at least one for each");
    }
    request_.traffic.clients = static_cast<int>(clients);
    if (const auto overflow = whole("overflow", 0, 10'000)) request_.traffic.overflow = static_cast<int>(*overflow);
  }

  // pgbench's loop is closed unless there is a rate.
  void read_pace() {
    scenario::Traffic& traffic = request_.traffic;
    traffic.loop = scenario::Traffic::Loop::closed;
    if (const auto text = parsed_.value("rate")) {
      const auto bare = number<double>(*text);
      const auto rate = bare ? bare : keep(base::parse_rate(*text));
      if (rate && !(*rate > 0)) mistake(fmt::format("--rate {}: a rate is above 0", *text));
      if (rate) traffic.rate_per_s = *rate;
      traffic.loop = scenario::Traffic::Loop::open;
    }
    if (const auto patience = span("patience")) traffic.patience = *patience;
  }

  void read_length() {
    if (parsed_.has("time") && parsed_.has("transactions")) {
      return mistake("--time and --transactions exclude one another", "give how long, or how many for each client");
    }
    request_.transactions = whole("transactions", 1, 1'000'000'000'000);
    if (const auto time = span("time")) request_.duration = *time;
    if (parsed_.has("time") && request_.duration <= base::Duration{}) mistake("--time needs a length above 0");
    // As pgbench does when told neither.
    if (!parsed_.has("time") && !parsed_.has("transactions")) request_.transactions = 10;
  }

  void read_rules() {
    load::ScriptRules& rules = request_.rules;
    rules.chance = load::Chance::client;
    rules.protocol = load::Protocol::simple;
    if (const auto text = parsed_.value("protocol")) read_protocol(*text);
    for (const std::string& text : parsed_.all("define")) {
      const auto equals = text.find('=');
      if (equals == std::string::npos || equals == 0) {
        mistake(fmt::format("--define {}: expected NAME=VALUE", text));
        continue;
      }
      rules.definitions.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    if (const auto scale = whole("scale", 1, 1'000'000'000)) {
      rules.definitions.emplace_back("scale", fmt::to_string(*scale));
      request_.scale_given = true;
    }
    if (const auto tries = whole("max-tries", 0, 1'000'000'000)) rules.max_tries = static_cast<std::uint32_t>(*tries);
    rules.random_seed = random_seed();
  }

  void read_protocol(const std::string& text) {
    load::Protocol& protocol = request_.rules.protocol;
    if (text == "simple") {
      protocol = load::Protocol::simple;
    } else if (text == "extended") {
      protocol = load::Protocol::extended;
    } else if (text == "prepared") {
      protocol = load::Protocol::prepared;
    } else {
      mistake(fmt::format("--protocol {}: unknown", text), "one of simple, extended, prepared");
    }
  }

  // As pgbench's: a number, or "time" (which is the default) or "rand".
  std::uint64_t random_seed() {
    const auto text = parsed_.value("random-seed");
    if (!text || *text == "time") {
      return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch() / 1us);
    }
    if (*text == "rand") return (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
    if (const auto seed = number<std::uint64_t>(*text)) return *seed;
    mistake(fmt::format("--random-seed {}: expected a whole number, \"time\" or \"rand\"", *text));
    return 0;
  }

  void read_start() {
    if (request_.slices > 1 && !parsed_.has("random-seed")) {
      mistake("slices need a seed that they share", "give each the same --random-seed N");
    }
    const auto text = parsed_.value("start-at");
    request_.together = text == "together";
    if (!text || request_.together) return;
    request_.start_at = keep(parse_wall_time(*text));
    if (request_.start_at && *request_.start_at < std::chrono::system_clock::now()) {
      mistake(fmt::format("--start-at {}: this moment has passed", *text), "the clocks of all machines must agree");
    }
  }

  const Parsed& parsed_;
  LoadRequest request_;
  base::Errors errors_;
};

}  // namespace

base::Result<LoadRequest> requested_load(const Parsed& parsed) { return Reader(parsed).read(); }

base::Result<base::WallTime> parse_wall_time(std::string_view text) {
  const std::string copy(text);
  tm parts{};
  const char* end = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end != nullptr && *end == '\0') return std::chrono::system_clock::from_time_t(::timegm(&parts));
  if (const auto seconds = number<double>(text); seconds && *seconds >= 0 && *seconds < 9e9) {
    return base::WallTime(std::chrono::duration_cast<base::WallTime::duration>(base::from_ms(*seconds * 1e3)));
  }
  return base::usage_error(fmt::format("'{}' is no point in time", text),
                           "write 2026-11-21T10:00:00Z, or seconds since 1970 as `date +%s` prints them");
}

std::vector<Option> load_options() {
  const char* scripts = "Scripts";
  const char* length = "How much";
  const char* many = "Many machines";
  return {
      {"builtin", 'b', "NAME[@W]", "tpcb-like (default), simple-update or select-only, with a weight", true, scripts},
      {"file", 'f', "FILE[@W]", "a script in pgbench's language (docs/scripts.md), with a weight; - is standard input",
       true, scripts},
      {"select-only", 'S', "", "the same as -b select-only", false, scripts},
      {"skip-some-updates", 'N', "", "the same as -b simple-update", false, scripts},
      {"define", 'D', "VAR=VALUE", "a variable for the scripts", true, scripts},
      {"scale", 's', "N", "the variable :scale; of built-in scripts by default the number of branches", false, scripts},
      {"protocol", 'M', "NAME", "simple (default), extended or prepared", false, scripts},
      {"max-tries", 0, "N", "tries of a transaction that fails with 40001 or 40P01; 0: without limit; default 1", false,
       scripts},
      {"random-seed", 0, "N", "a number, \"time\" (default) or \"rand\"", false, scripts},
      {"client", 'c', "N", "clients, each with a connection; default 1", false, length},
      {"overflow", 0, "N", "further connections that the pool opens while all are busy; default 0", false, length},
      {"time", 'T', "SECONDS", "how long: seconds, or with a unit (2m)", false, length},
      {"transactions", 't', "N", "how many for each client; default 10", false, length},
      {"rate", 'R', "N",
       "transactions a second, by plan (an open loop); without it each client sends when it has its "
       "answer",
       false, length},
      {"patience", 0, "SECONDS", "with a rate: what finds no connection for so long is given up; default 30s", false,
       length},
      {"slice", 0, "I/N", "only the I-th of N shares of the clients and of the rate; next/N: the first that is free",
       false, many},
      {"start-at", 0, "TIME",
       "begin then: 2026-11-21T10:00:00Z, seconds since 1970, or \"together\": when all slices are "
       "there",
       false, many},
      {"host", 'h', "NAME", "the server", false, "Connection"},
      {"port", 'p', "N", "its port", false, "Connection"},
      {"username", 'U', "NAME", "who connects", false, "Connection"},
      {"jobs", 'j', "N", "taken and not needed: one thread serves all clients", false, "For pgbench's habits"},
      {"no-vacuum", 'n', "", "taken and not needed: no table is vacuumed", false, "For pgbench's habits"},
  };
}

}  // namespace pgrehearse::app
