// Applying what comes before the rehearsed migrations (the earlier ones, schema files): plainly and fast, nothing
// timed.
#pragma once

#include <string>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/migrate/history.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

// Makes the tool's tracking table, then applies `before` in order, each as its own deploy (settings that one leaves in
// the session do not reach the next). `target`: the deployer's role. A migration that fails is an error with its file
// and line and the server's words. Progress is in "migrations".
base::Status apply_history(const std::vector<Migration>& before, const std::string& format,
                           const postgres::Target& target, base::Progress& progress,
                           const base::Cancellation& cancellation);

}  // namespace pgrehearse::migrate
