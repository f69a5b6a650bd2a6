// How one value of a scenario is read and written: a codec each for durations, counts, paths and so on. All codecs have
//   Value       the C++ type
//   expected    what to write, for messages: "a duration such as 250ms"
//   read()      sets the value, or reports to the Context and leaves it as it was
//   write()     the node that read() would turn into the same value
// Internal to this module.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "harness/scenario/document.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::scenario {

// Collects mistakes while a tree is read, and knows which key is being read.
class Context {
 public:
  // `stored`: reading back what to_json() wrote. Files need not exist any more, and the keys that only it has are
  // known.
  explicit Context(bool stored = false) : stored_(stored) {}

  bool stored() const { return stored_; }
  void add(std::string message, const base::Place& place, std::string hint = {});  // prefixed with the key's path
  void add(const base::Error& error, const base::Place& place) { add(error.message, place, error.hint); }
  base::Errors take() { return std::move(errors_); }
  std::size_t mistakes() const { return errors_.size(); }
  std::string path() const;  // "gates.max_stall"; empty at the top

  // While it lives, messages start with this key.
  class Key {
   public:
    Key(Context& context, std::string key) : context_(context) { context_.path_.push_back(std::move(key)); }
    ~Key() { context_.path_.pop_back(); }
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

   private:
    Context& context_;
  };

 private:
  bool stored_;
  std::vector<std::string> path_;
  base::Errors errors_;
};

// The text of a scalar; null, and a report, when the node is something else or empty.
const std::string* text_of(const Node& node, Context& context, std::string_view expected);
// Reports it and returns false when the node is no map.
bool is_map(const Node& node, Context& context, std::string_view expected);
std::string absolute_path(const Node& node);  // relative to the file that names it; a flag's to the working folder

// "did you mean 'x'?" when a known word is near, else "<label>: a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string>& known, std::string_view label);
void report_unknown_word(const Node& node, const std::vector<std::string>& words, Context& context);

struct Text {
  using Value = std::string;
  static constexpr std::string_view expected = "text";
  static void read(const Node& node, std::string& value, Context& context);
  static Node write(const std::string& value);
};

// Text that may be empty: a value of the user's data.
struct Datum {
  using Value = std::string;
  static constexpr std::string_view expected = "a value in PostgreSQL's text form";
  static void read(const Node& node, std::string& value, Context& context);
  static Node write(const std::string& value) { return scalar(value); }
};

struct Time {
  using Value = Duration;
  static constexpr std::string_view expected = "a duration such as 250ms, 2s or 5m";
  static void read(const Node& node, Duration& value, Context& context);
  static Node write(const Duration& value);
};
// The same, above zero.
struct Span {
  using Value = Duration;
  static constexpr std::string_view expected = "a duration above zero such as 250ms, 2s or 5m";
  static void read(const Node& node, Duration& value, Context& context);
  static Node write(const Duration& value) { return Time::write(value); }
};
struct Count {
  using Value = std::uint64_t;
  static constexpr std::string_view expected = "a count such as 100k or 2M";
  static void read(const Node& node, std::uint64_t& value, Context& context);
  static Node write(const std::uint64_t& value);
};
struct Bytes {
  using Value = std::uint64_t;
  static constexpr std::string_view expected = "a size such as 512MB or 4GB";
  static void read(const Node& node, std::uint64_t& value, Context& context);
  static Node write(const std::uint64_t& value);
};
struct Rows {
  using Value = std::optional<RowCount>;
  static constexpr std::string_view expected = "a count such as 1M, or a ratio such as '10 per users'";
  static void read(const Node& node, Value& value, Context& context);
  static Node write(const Value& value);
};
struct Rate {
  using Value = double;  // a second
  static constexpr std::string_view expected = "a rate such as 500/s or 30/m";
  static void read(const Node& node, double& value, Context& context);
  static Node write(const double& value);
};
struct Share {
  using Value = double;  // 0..1
  static constexpr std::string_view expected = "a share such as 0.1% or 0.001";
  static void read(const Node& node, double& value, Context& context);
  static Node write(const double& value);
};
// The same, up to a half: of dead row versions beside as many live ones at least.
struct DeadShare {
  using Value = double;
  static constexpr std::string_view expected = "a share up to 50% such as 20%";
  static void read(const Node& node, double& value, Context& context);
  static Node write(const double& value) { return Share::write(value); }
};
struct Weight {
  using Value = double;
  static constexpr std::string_view expected = "a number above zero";
  static void read(const Node& node, double& value, Context& context);
  static Node write(const double& value);
};
struct Factor {
  using Value = double;
  static constexpr std::string_view expected = "a factor above zero such as 0.1";
  static void read(const Node& node, double& value, Context& context);
  static Node write(const double& value) { return Weight::write(value); }
};
struct Number {
  using Value = double;
  static constexpr std::string_view expected = "a number such as 12.5";
  static void read(const Node& node, double& value, Context& context);
  static Node write(const double& value);
};
struct Switch {
  using Value = bool;
  static constexpr std::string_view expected = "true, false or off";
  static void read(const Node& node, bool& value, Context& context);
  static Node write(const bool& value);
};
struct File {
  using Value = std::string;  // absolute
  static constexpr std::string_view expected = "the path of a file";
  static void read(const Node& node, std::string& value, Context& context);
  static Node write(const std::string& value) { return Text::write(value); }
};
struct Folder {
  using Value = std::string;  // absolute
  static constexpr std::string_view expected = "the path of a folder";
  static void read(const Node& node, std::string& value, Context& context);
  static Node write(const std::string& value) { return Text::write(value); }
};

bool read_whole(const Node& node, int& value, int minimum, int maximum, Context& context, std::string_view expected);
Node write_whole(int value);

template <int minimum, int maximum>
struct Whole {
  using Value = int;
  static constexpr std::string_view expected = "a whole number";
  static void read(const Node& node, int& value, Context& context) {
    read_whole(node, value, minimum, maximum, context, expected);
  }
  static Node write(const int& value) { return write_whole(value); }
};

// May be left out, and then has no value; nothing to write stands for that.
template <class Codec>
struct Given {
  using Value = std::optional<typename Codec::Value>;
  static constexpr std::string_view expected = Codec::expected;
  static void read(const Node& node, Value& value, Context& context) {
    typename Codec::Value inner{};
    Codec::read(node, inner, context);
    value = inner;
  }
  static Node write(const Value& value) { return value ? Codec::write(*value) : Node{}; }
};

// `off` stands for none.
template <class Codec>
struct OrOff {
  using Value = std::optional<typename Codec::Value>;
  static constexpr std::string_view expected = Codec::expected;
  static void read(const Node& node, Value& value, Context& context) {
    if (node.kind == Node::Kind::scalar && node.text == "off") {
      value.reset();
      return;
    }
    Given<Codec>::read(node, value, context);
  }
  static Node write(const Value& value) { return value ? Codec::write(*value) : scalar("off"); }
};

// One value or a list of them.
template <class Codec>
struct List {
  using Value = std::vector<typename Codec::Value>;
  static constexpr std::string_view expected = Codec::expected;
  static void read(const Node& node, Value& value, Context& context) {
    value.clear();
    if (node.kind != Node::Kind::list) return read_item(node, value, context);
    for (const Node& item : node.items) read_item(item, value, context);
  }
  static Node write(const Value& value) {
    Node node;
    if (value.empty()) return node;
    node.kind = Node::Kind::list;
    for (const auto& item : value) node.items.push_back(Codec::write(item));
    return node;
  }

 private:
  static void read_item(const Node& node, Value& value, Context& context) {
    typename Codec::Value item{};
    Codec::read(node, item, context);
    value.push_back(std::move(item));
  }
};

// One of a few words; `Words` has a constant array `words` of pairs (word, value).
template <class Words>
struct OneOf {
  using Value = typename decltype(Words::words)::value_type::second_type;
  static constexpr std::string_view expected = Words::expected;
  template <class Target>
  static void read(const Node& node, Target& value, Context& context) {
    const std::string* text = text_of(node, context, expected);
    if (!text) return;
    for (const auto& [word, meaning] : Words::words) {
      if (*text == word) return static_cast<void>(value = meaning);
    }
    std::vector<std::string> known;
    for (const auto& pair : Words::words) known.emplace_back(pair.first);
    report_unknown_word(node, known, context);
  }
  template <class Target>
  static Node write(const Target& value) {
    for (const auto& [word, meaning] : Words::words) {
      if (meaning == value) return scalar(std::string(word));
    }
    return {};
  }
};

}  // namespace pgrehearse::scenario
