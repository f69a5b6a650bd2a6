#include "harness/profile/schema_dump.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/base/subprocess.hpp"
#include "harness/postgres/dump_program.hpp"

namespace pgrehearse::profile {
namespace {

using Program = postgres::DumpProgram;

base::Result<Program> fitting_program(int major, const std::vector<std::string>& folders) {
  const auto found = postgres::dump_programs(folders);
  if (const auto* fitting = postgres::fitting(found, major)) return *fitting;
  std::vector<std::string> older;
  for (const Program& program : found) older.push_back(fmt::format("{} is {}", program.path, program.version));
  return base::environment_error(
      fmt::format("no pg_dump of PostgreSQL {} or newer here to read the schema with{}", major,
                  older.empty() ? "" : fmt::format(": {}", fmt::join(older, ", "))),
      fmt::format("install postgresql-client-{}, name its folder with --postgres-bin, or leave the schema out with "
                  "--no-schema and give it to the run with --schema",
                  major));
}

base::Command dump_command(const Program& program, postgres::Target target) {
  base::Command command;
  if (!target.password.empty()) command.environment["PGPASSWORD"] = target.password;
  target.password.clear();
  target.parameters.erase("sslpassword");  // nothing but arguments would take it
  target.application = "pgrehearse:profile";
  command.arguments = {program.path,        "--schema-only",           "--no-owner",
                       "--no-privileges",   "--no-comments",           "--no-security-labels",
                       "--no-publications", "--no-subscriptions",      "--no-tablespaces",
                       "--no-password",     "--lock-wait-timeout=10s", "--dbname=" + target.connection_string()};
  return command;
}

bool is_header(std::string_view line) { return line.starts_with("-- Name: "); }

// Before each definition: "-- Name: USER MAPPING app SERVER other; Type: USER MAPPING; Schema: -; Owner: -".
bool is_left_out(std::string_view header) { return header.find("; Type: USER MAPPING; ") != std::string_view::npos; }

// Since 2025-08 pg_dump frames its output with \restrict, against names that smuggle in commands.
bool is_for_psql(std::string_view line) {
  return line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ") || line.starts_with("\\connect ");
}

// New in 17; there it is at its default already.
bool is_too_new(std::string_view line) { return line == "SET transaction_timeout = 0;"; }

// Line by line; `keep` says which stay, of the others their ends.
template <class Keep>
std::string filtered(std::string_view text, Keep keep) {
  std::string result;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const bool ends = line.size() < text.size();
    text.remove_prefix(line.size() + (ends ? 1 : 0));
    if (keep(line)) result += line;
    if (ends) result += '\n';
  }
  return result;
}

}  // namespace

std::string without_psql_commands(std::string_view text) {
  return filtered(text, [](std::string_view line) { return !is_for_psql(line) && !is_too_new(line); });
}

std::string clean_dump(std::string_view text) {
  bool left_out = false;
  return filtered(without_psql_commands(text), [&](std::string_view line) {
    if (is_header(line)) left_out = is_left_out(line);
    return !left_out;
  });
}

base::Result<std::string> dump_schema(const postgres::Target& target, int major,
                                      const std::vector<std::string>& folders, const base::Cancellation* cancellation) {
  const auto program = fitting_program(major, folders);
  if (!program) return program.errors();
  const auto output = base::run(dump_command(*program, target), std::chrono::minutes(10), cancellation);
  if (!output) return output.errors();
  if (output->exit_status == 0) return clean_dump(output->out);
  return base::environment_error(
      fmt::format("pg_dump could not read the schema: {}",
                  output->err.substr(0, output->err.find_last_not_of('\n') + 1)),
      "it needs SELECT on every table (GRANT pg_read_all_data), or leave the schema out with --no-schema");
}

}  // namespace pgrehearse::profile
