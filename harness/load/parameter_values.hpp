// Values for the parameters of a statement of production, such that it finds rows among the generated ones and harms
// none that others need. Private to this module.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/base/result.hpp"
#include "harness/load/access_path.hpp"
#include "harness/load/draft.hpp"
#include "harness/sql/statement_parameters.hpp"

namespace pgrehearse::load {

class ParameterValues {
 public:
  // `types`: of $1, $2, ... as the server infers them; may be empty. `rows`: that a call found in production, on
  // average. The draws go into `draft`. All must outlive this.
  ParameterValues(const generators::Generator& tables, const std::vector<AccessPath>& paths,
                  const sql::ParameterUses& uses, const std::vector<std::string>& types, double rows, Draft& draft);

  // SQL that stands for the parameter, with variables of the draft; or why there is none.
  struct Value {
    std::string sql;
    std::string reason;
    std::string about;  // for people: "users.email of an existing row"
  };
  Value value(const sql::Parameter& parameter);

 private:
  struct Column {
    std::size_t use = 0;    // position in ParameterUses::tables
    std::size_t table = 0;  // in the generator's shape
    std::size_t column = 0;
  };
  std::optional<std::size_t> find_table(const sql::TableUse& use) const;
  std::optional<Column> resolve(const sql::Parameter& parameter) const;

  Value of_column(const sql::Parameter& parameter, const Column& at);
  Value by_role(const sql::Parameter& parameter, const Column& at);
  Value beginning(const Column& at, const char* pattern);
  Value existing(const Column& at, std::size_t row);
  std::vector<std::string> several(const Column& at);
  Value list(const Column& at);
  Value element(const sql::Parameter& parameter, const Column& at);
  Value bound(const sql::Parameter& parameter, const Column& at);
  Value upper_bound(const Column& at);
  Value inserted(const sql::Parameter& parameter, const Column& at);
  Value assigned(const Column& at);
  Value step(const sql::Parameter& parameter, const Column& at);
  Value by_type(const sql::Parameter& parameter) const;

  const generators::TableShape& shape(const Column& at) const { return tables_.shape().tables[at.table]; }
  const generators::Column& column(const Column& at) const { return shape(at).columns[at.column]; }
  std::string name(const Column& at) const;  // "users.email"
  // The variable of the column in a row that is drawn under a prefix of its own for (use, row).
  std::string drawn(const std::string& kind, const Column& at, std::size_t row, bool fresh);
  bool can_be_new(std::size_t table) const;
  bool is_unique(const Column& at) const;
  bool is_tied(const Column& at) const;
  bool is_referenced(std::size_t table) const;
  bool leads_an_index(const Column& at) const;
  bool has_role(const Column& at, std::initializer_list<sql::Role> roles, bool same_column) const;

  const generators::Generator& tables_;
  const std::vector<AccessPath>& paths_;
  const sql::ParameterUses& uses_;
  const std::vector<std::string>& types_;
  double rows_;
  Draft& draft_;
};

}  // namespace pgrehearse::load
