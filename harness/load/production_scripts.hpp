// Traffic as production sends it: the statements of pg_stat_statements with parameters that fit the generated rows, at
// production's rates. Each statement is an operation and a transaction of its own: which of them stood together in one,
// the extension does not tell.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/access_path.hpp"
#include "harness/load/draft.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

struct ProductionDrafts {
  std::vector<Draft> drafts;
  std::vector<std::size_t> statements;  // of each draft: its position among the observed ones
  struct LeftOut {
    std::size_t statement = 0;
    std::string reason;
  };
  std::vector<LeftOut> left_out;
};

// The types of a statement's parameters, as a server infers them; empty where it does not.
using ParameterTypes = std::function<std::vector<std::string>(const std::string& statement)>;

// At most the 200 most frequent statements. Each draft has a weight, its calls, and, where it is known in which time
// they came, a rate: times `scale`.
ProductionDrafts production_drafts(const scenario::ObservedTraffic& observed, double scale,
                                   const generators::Generator& tables, const std::vector<AccessPath>& paths,
                                   const ParameterTypes& types);

// For people: one sentence; and a Markdown page with every statement, sent or left out.
std::string production_summary(const scenario::ObservedTraffic& observed, const ProductionDrafts& made);
std::string production_report(const scenario::ObservedTraffic& observed, const ProductionDrafts& made);

// Why no server, whatever it holds, could be sent the statement again; empty: it may well be.
std::string unusable_reason(const std::string& statement);

}  // namespace pgrehearse::load
