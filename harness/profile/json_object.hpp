// Reading a JSON document member by member, with every mistake kept for later. For the .cpp files of this folder: the
// parser's types stay out of headers, so the document is passed as an opaque node.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::profile {

struct Mistake {
  std::string pointer;  // of the value that is wrong
  std::string message, hint;
};
using Mistakes = std::vector<Mistake>;

inline constexpr const char* kProfileAgain = "profile the database again, or correct the file by hand";
inline constexpr const char* kAnalyzeAgain = "run ANALYZE there and profile it again, or correct the file by hand";

// One value of the document with the way to it. Cheap to copy; lives as long as the document. Its readers report to
// the mistakes what is not of the kind, and return what stands for "nothing" then.
class Node {
 public:
  Node(const void* json, std::string pointer, Mistakes& mistakes)
      : json_(json), pointer_(std::move(pointer)), mistakes_(&mistakes) {}

  const std::string& pointer() const { return pointer_; }
  void complain(std::string message, std::string hint = kProfileAgain) const;

  bool is_null() const;
  bool is_text() const;
  bool is_number() const;
  bool is_list() const;

  std::string text() const;
  bool boolean() const;
  double number(double least = -std::numeric_limits<double>::infinity(),
                double most = std::numeric_limits<double>::infinity()) const;
  std::int64_t whole(std::int64_t least = std::numeric_limits<std::int64_t>::min()) const;
  std::uint64_t count() const { return static_cast<std::uint64_t>(whole(0)); }
  std::vector<Node> list() const;
  // Of an object whose names are the user's: by name, in the order of the file.
  std::vector<std::pair<std::string, Node>> named() const;

 private:
  friend class Members;
  const void* json_;
  std::string pointer_;
  Mistakes* mistakes_;
};

// The members of an object whose names are ours. Whatever was not asked for when it goes is reported as unknown.
class Members {
 public:
  explicit Members(const Node& node);
  ~Members();
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  std::optional<Node> find(const std::string& name);
  // Reports it where it is missing.
  std::optional<Node> need(const std::string& name);
  // These read a member that has to be there.
  std::string text(const std::string& name);
  double number(const std::string& name, double least, double most);
  std::uint64_t count(const std::string& name);
  std::vector<std::string> texts(const std::string& name);

 private:
  Node node_;
  bool is_object_;
  std::vector<std::string> asked_;
};

}  // namespace pgrehearse::profile
