#include "harness/scenario/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace pgrehearse::scenario {
namespace {

// More than any hand-written scenario holds; a few lines of nested aliases would otherwise fill the memory.
constexpr std::size_t node_limit = 200'000;

// Builds the tree from yaml-cpp's events. Its node classes would be shorter to use, but they keep only one of two
// equal keys and no place for a key.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::string& text, const std::string& file) : file_(file) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) lines_.push_back(line);
  }

  Node take_root() { return std::move(root_); }
  base::Errors take_errors() { return std::move(errors_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { leaf(node_at(mark), anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string& text) override {
    Node node = scalar(text, place(mark));
    node.text_line += starts_block(mark);
    leaf(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) {
      errors_.push_back(base::usage_error("an alias cannot stand inside what it names", {}, place(mark)));
      return add(node_at(mark));
    }
    count_ += target->second.second;
    check_size(mark);
    add(target->second.first);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(node_at(mark, Node::Kind::list), mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(node_at(mark, Node::Kind::map), mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Node node;
    YAML::anchor_t anchor;
    std::size_t count_before;
    bool has_key = false;
    std::string key;
    base::Place key_place;
  };

  base::Place place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  Node node_at(const YAML::Mark& mark, Node::Kind kind = Node::Kind::nothing) const {
    Node node;
    node.kind = kind;
    node.place = place(mark);
    return node;
  }

  bool starts_block(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(mark.line);
    if (line >= lines_.size()) return false;
    int column = -1;  // marks count characters, not bytes
    for (const char c : lines_[line]) {
      if ((c & 0xc0) != 0x80) ++column;
      if (column == mark.column) return c == '|' || c == '>';
    }
    return false;
  }

  void check_size(const YAML::Mark& mark) const {
    if (count_ > node_limit) throw YAML::ParserException(mark, "more values than a scenario can hold");
  }

  void leaf(Node node, YAML::anchor_t anchor) {
    ++count_;
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, 1};
    add(std::move(node));
  }

  void open(Node node, const YAML::Mark& mark, YAML::anchor_t anchor) {
    check_size(mark);
    levels_.push_back({std::move(node), anchor, count_++, false, {}, {}});
  }

  void close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    if (level.anchor != YAML::NullAnchor) anchors_[level.anchor] = {level.node, count_ - level.count_before};
    add(std::move(level.node));
  }

  void add(Node node) {
    if (levels_.empty()) {
      root_ = std::move(node);
    } else if (levels_.back().node.kind == Node::Kind::list) {
      levels_.back().node.items.push_back(std::move(node));
    } else if (!levels_.back().has_key) {
      start_entry(levels_.back(), node);
    } else {
      end_entry(levels_.back(), std::move(node));
    }
  }

  void start_entry(Level& level, const Node& key) {
    if (key.kind != Node::Kind::scalar) {
      errors_.push_back(base::usage_error("a key must be plain text", {}, key.place));
    }
    level.has_key = true;
    level.key = key.text;
    level.key_place = key.place;
  }

  void end_entry(Level& level, Node value) {
    level.has_key = false;
    auto& entries = level.node.entries;
    const auto first =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == level.key; });
    if (first != entries.end()) {
      errors_.push_back(base::usage_error(fmt::format("the key '{}' is given twice", level.key),
                                          fmt::format("the first is on line {}; keep one", first->place.line),
                                          level.key_place));
      return;
    }
    // yaml-cpp places a missing value where the next token stands, often a line further down.
    if (value.kind == Node::Kind::nothing) value.place = level.key_place;
    entries.push_back({level.key, level.key_place, std::move(value)});
  }

  const std::string& file_;
  std::vector<std::string> lines_;
  Node root_;
  base::Errors errors_;
  std::vector<Level> levels_;
  std::map<YAML::anchor_t, std::pair<Node, std::size_t>> anchors_;
  std::size_t count_ = 0;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node& Node::at(std::string_view key, const base::Place& key_place) {
  if (kind == Kind::nothing) kind = Kind::map;
  for (Entry& entry : entries) {
    if (entry.key == key) return entry.value;
  }
  entries.push_back({std::string(key), key_place, {}});
  entries.back().value.place = key_place;
  return entries.back().value;
}

void Node::erase(std::string_view key) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

Node scalar(std::string text, base::Place place) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.text_line = place.line;
  node.place = std::move(place);
  return node;
}

Node literal(std::string text) {
  Node node = scalar(std::move(text));
  node.literal = true;
  return node;
}

base::Result<Node> parse_document(const std::string& text, const std::string& file) {
  std::istringstream stream(text);
  Builder builder(text, file);
  base::Errors errors;
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return base::usage_error("the file is empty", {}, {file, 0, 0});
    if (parser) {
      errors.push_back(
          base::usage_error("the file holds more than one YAML document", "remove what follows '---'", {file, 0, 0}));
    }
  } catch (const YAML::Exception& problem) {
    errors.push_back(base::usage_error(fmt::format("not valid YAML: {}", problem.msg),
                                       "check the indentation, and quote text that holds ': ' or starts with one of "
                                       "*&!%@`",
                                       {file, problem.mark.line + 1, problem.mark.column + 1}));
  }
  const base::Errors found = builder.take_errors();
  errors.insert(errors.end(), found.begin(), found.end());
  if (!errors.empty()) return errors;
  return builder.take_root();
}

}  // namespace pgrehearse::scenario
