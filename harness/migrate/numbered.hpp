// Histories whose files carry a number and a direction in their names, brought into the order of the numbers.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "harness/base/result.hpp"
#include "harness/migrate/history.hpp"

namespace pgrehearse::migrate {

struct NumberedName {
  std::string number;  // digits, without leading zeros
  std::string name;    // the file's name without direction and extension
  Direction direction = Direction::up;
};

class NumberedHistory {
 public:
  NumberedHistory(std::string format, std::string folder, TransactionScope scope);

  // Reads `file` as the migration that `name` says; a second file for the same number and direction is an error.
  void add(const NumberedName& name, const std::string& file);
  void ignore(const std::string& file);
  // In numeric order.
  base::Result<History> finish();

 private:
  struct ByNumber {  // numbers may be longer than any integer type
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
  };
  struct Pair {
    std::string name;
    std::optional<SqlFile> up, down;
  };

  std::string folder_;
  TransactionScope scope_;
  History history_;
  std::map<std::string, Pair, ByNumber> pairs_;
  base::Errors errors_;
};

// The digits at the beginning, without leading zeros ("0" for zero); empty when there are none.
std::string leading_number(std::string_view name);

}  // namespace pgrehearse::migrate
