// The parse tree of libpg_query, to be walked: objects with one member that names their kind ("ColumnRef"), whose
// members are named as in PostgreSQL's parsenodes.h. What is missing reads as empty, so that paths can be followed
// without asking at each step.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pgrehearse::sql {

// Cheap to copy; lives as long as its tree.
class SyntaxNode {
 public:
  SyntaxNode() = default;
  explicit SyntaxNode(const void* json) : json_(json) {}

  explicit operator bool() const { return json_ != nullptr; }  // it is there
  bool is_list() const;
  SyntaxNode operator[](const char* member) const;
  std::string text(const char* member, const char* otherwise = "") const;
  std::size_t number(const char* member, std::size_t otherwise = 0) const;
  std::vector<SyntaxNode> items() const;  // of a list
  std::vector<SyntaxNode> items(const char* member) const { return (*this)[member].items(); }
  std::vector<std::pair<std::string, SyntaxNode>> members() const;  // of an object: those that are no plain values

 private:
  const void* json_ = nullptr;
};

class SyntaxTree {
 public:
  // None when the grammar refuses the text.
  static std::optional<SyntaxTree> parse(const std::string& text);
  SyntaxTree(SyntaxTree&&) noexcept;
  SyntaxTree& operator=(SyntaxTree&&) noexcept;
  ~SyntaxTree();

  SyntaxNode root() const;
  // The text's only statement; empty when there are none or several.
  SyntaxNode statement() const;

 private:
  struct State;
  explicit SyntaxTree(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The last part of a dotted name: a list of String nodes.
std::string last_name(const std::vector<SyntaxNode>& names);

}  // namespace pgrehearse::sql
