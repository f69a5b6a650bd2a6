#include "harness/sql/syntax_tree.hpp"

#include <pg_query.h>

#include <nlohmann/json.hpp>

namespace pgrehearse::sql {
namespace {

using Json = nlohmann::json;

const Json& json_of(const void* json) {
  static const Json none;
  return json ? *static_cast<const Json*>(json) : none;
}

}  // namespace

bool SyntaxNode::is_list() const { return json_of(json_).is_array(); }

SyntaxNode SyntaxNode::operator[](const char* member) const {
  const Json& json = json_of(json_);
  if (!json.is_object()) return {};
  const auto found = json.find(member);
  return found == json.end() ? SyntaxNode() : SyntaxNode(&*found);
}

std::string SyntaxNode::text(const char* member, const char* otherwise) const {
  const Json& json = json_of((*this)[member].json_);
  return json.is_string() ? json.get<std::string>() : otherwise;
}

std::size_t SyntaxNode::number(const char* member, std::size_t otherwise) const {
  const Json& json = json_of((*this)[member].json_);
  return json.is_number_unsigned() ? json.get<std::size_t>() : otherwise;
}

std::vector<SyntaxNode> SyntaxNode::items() const {
  std::vector<SyntaxNode> items;
  if (!is_list()) return items;
  for (const Json& item : json_of(json_)) items.emplace_back(&item);
  return items;
}

std::vector<std::pair<std::string, SyntaxNode>> SyntaxNode::members() const {
  std::vector<std::pair<std::string, SyntaxNode>> members;
  if (!json_of(json_).is_object()) return members;
  for (const auto& [name, value] : json_of(json_).items()) {
    if (value.is_structured()) members.emplace_back(name, SyntaxNode(&value));
  }
  return members;
}

struct SyntaxTree::State {
  Json json;
};

SyntaxTree::SyntaxTree(std::unique_ptr<State> state) : state_(std::move(state)) {}
SyntaxTree::SyntaxTree(SyntaxTree&&) noexcept = default;
SyntaxTree& SyntaxTree::operator=(SyntaxTree&&) noexcept = default;
SyntaxTree::~SyntaxTree() = default;

std::optional<SyntaxTree> SyntaxTree::parse(const std::string& text) {
  const PgQueryParseResult result = pg_query_parse(text.c_str());
  std::optional<SyntaxTree> tree;
  if (result.error == nullptr) tree = SyntaxTree(std::make_unique<State>(State{Json::parse(result.parse_tree)}));
  pg_query_free_parse_result(result);
  return tree;
}

SyntaxNode SyntaxTree::root() const { return SyntaxNode(&state_->json); }

SyntaxNode SyntaxTree::statement() const {
  const auto statements = root().items("stmts");
  return statements.size() == 1 ? statements.front()["stmt"] : SyntaxNode();
}

std::string last_name(const std::vector<SyntaxNode>& names) {
  return names.empty() ? std::string() : names.back()["String"].text("sval");
}

}  // namespace pgrehearse::sql
