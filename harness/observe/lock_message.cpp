#include "harness/observe/lock_message.hpp"

#include <array>
#include <charconv>

namespace pgrehearse::observe {
namespace {

// Reads a text from left to right; once something is not as expected, every further step fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  // What stands before `end`, which is skipped too.
  std::optional<std::string_view> until(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return {};
    const auto part = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return part;
  }
  template <class Number>
  std::optional<Number> number() {
    Number value{};
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (problem != std::errc{}) return {};
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

struct Verb {
  std::string_view words;
  LockMessage::Kind kind;
};
constexpr std::array<Verb, 5> verbs{{{" still waiting for ", LockMessage::Kind::still_waiting},
                                     {" acquired ", LockMessage::Kind::acquired},
                                     {" detected deadlock while waiting for ", LockMessage::Kind::detected_deadlock},
                                     {" avoided deadlock for ", LockMessage::Kind::avoided_deadlock},
                                     {" failed to acquire ", LockMessage::Kind::failed}}};

std::optional<LockMessage::Kind> read_verb(Reader& reader) {
  for (const Verb& verb : verbs) {
    if (reader.skip(verb.words)) return verb.kind;
  }
  return {};
}

std::vector<int> read_pids(std::string_view list) {
  std::vector<int> pids;
  Reader reader(list);
  while (const auto pid = reader.number<int>()) {
    pids.push_back(*pid);
    if (!reader.skip(", ")) break;
  }
  return pids;
}

}  // namespace

std::optional<LockMessage> parse_lock_message(std::string_view message) {
  Reader reader(message);
  if (!reader.skip("process ")) return {};
  const auto pid = reader.number<int>();
  const auto kind = read_verb(reader);
  const auto mode = reader.until(" on ");
  if (!pid || !kind || !mode) return {};
  const auto after = reader.rest().rfind(" after ");
  if (after == std::string_view::npos) return {};
  std::string_view object = reader.rest().substr(0, after);
  constexpr std::string_view rearranged = " by rearranging queue order";
  if (object.ends_with(rearranged)) object.remove_suffix(rearranged.size());
  Reader length(reader.rest().substr(after + std::string_view(" after ").size()));
  const auto ms = length.number<double>();
  if (!ms || length.rest() != " ms") return {};
  return LockMessage{*kind, *pid, std::string(*mode), std::string(object), base::from_ms(*ms)};
}

LockQueue parse_lock_queue(std::string_view detail) {
  Reader reader(detail);
  if (!reader.skip("Process holding the lock: ") && !reader.skip("Processes holding the lock: ")) return {};
  const auto holders = reader.until(". Wait queue: ");
  if (!holders) return {};
  return {read_pids(*holders), read_pids(reader.rest())};
}

std::optional<std::uint32_t> relation_of_object(std::string_view object) {
  Reader reader(object);
  if (!reader.until("relation ")) return {};
  const auto oid = reader.number<std::uint32_t>();
  if (!oid || !reader.rest().starts_with(" of database ")) return {};
  return oid;
}

std::string relation_of_context(std::string_view context) {
  Reader reader(context);
  if (!reader.until(" in relation \"")) return {};
  // The name is printed as it is, quotes in it too; the line ends with the closing quote.
  const auto line = reader.rest().substr(0, reader.rest().find('\n'));
  const auto quote = line.rfind('"');
  return quote == std::string_view::npos ? std::string() : std::string(line.substr(0, quote));
}

}  // namespace pgrehearse::observe
