#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "harness/app/commands.hpp"
#include "harness/app/database.hpp"
#include "harness/app/fidelity.hpp"
#include "harness/app/generated.hpp"
#include "harness/app/output_options.hpp"
#include "harness/app/scenario_options.hpp"
#include "harness/populate/populate.hpp"
#include "harness/populate/sliced_fill.hpp"
#include "harness/provision/existing_permission.hpp"
#include "harness/provision/existing_server.hpp"

namespace pgrehearse::app {
namespace {

struct Request {
  postgres::Target target;
  scenario::Data data;
  std::optional<base::Slice> slice;
  bool verify = false, keep_rows = false;
};

base::Result<postgres::Target> requested_target(const Parsed& parsed) {
  auto target = provision::named_target(parsed.value("server").value_or("existing"));
  if (!target) return target;
  const auto refused =
      provision::refuse_production(*target, "generated rows go into an empty database on another server");
  if (!refused) return refused.errors();
  return target;
}

base::Result<Request> read_request(const Parsed& parsed) {
  base::Errors errors;
  const auto keep = [&](const auto& result) {
    if (!result) errors.insert(errors.end(), result.errors().begin(), result.errors().end());
    return result.ok();
  };
  Request request;
  auto target = requested_target(parsed);
  if (keep(target)) request.target = std::move(*target);
  auto data = requested_data(parsed);
  if (keep(data)) request.data = std::move(*data);
  if (const auto text = parsed.value("slice")) {
    const auto slice = base::parse_slice(*text);
    if (keep(slice)) request.slice = *slice;
  }
  request.verify = parsed.has("verify");
  request.keep_rows = parsed.has("keep-rows");
  if (request.keep_rows && request.slice)
    errors.push_back(
        base::usage_error("--keep-rows and --slice exclude each other", "fill the tables with one command"));
  if (!errors.empty()) return errors;
  return request;
}

class Generation {
 public:
  Generation(const Request& request, base::Progress& progress, const base::Cancellation& cancellation)
      : request_(request), progress_(progress), cancellation_(cancellation) {}

  base::Result<Generated> run() {
    const auto filled = request_.slice ? fill_slice() : fill();
    if (!filled) return filled.errors();
    if (request_.verify && generated_.finished) {
      auto verified = verify();
      if (!verified) return verified.errors();
    }
    return std::move(generated_);
  }

 private:
  // With schema files the database must hold no tables before they run, for a file may drop what stands; without them,
  // tables stand already and must hold no rows.
  base::Status make_schema() {
    auto session = postgres::Session::open(request_.target);
    if (!session) return session.errors();
    const auto catalog = populate::read_catalog(**session);
    if (!catalog) return catalog.errors();
    const std::size_t tables = catalog->tables.size();
    const scenario::Data& data = request_.data;
    if (data.schema_files.empty() && tables > 0)
      return request_.keep_rows ? base::success() : populate::check_empty(**session, *catalog);
    if (data.schema_files.empty() && data.shape_schema.empty()) {
      return base::usage_error("the database has no tables", "give its schema with --schema FILE, or migrate it first");
    }
    if (tables > 0) {
      return base::environment_error(
          fmt::format("the database holds {} table{} already", tables, tables == 1 ? "" : "s"),
          "name an empty database (createdb), or leave --schema out to fill the tables that stand");
    }
    return run_schema_files(data, request_.target, progress_, cancellation_);
  }

  base::Status fill() {
    if (auto made = make_schema(); !made) return made;
    auto filled = populate::populate(request_.target, request_.data, clock_, progress_, cancellation_,
                                     request_.keep_rows ? populate::Standing::user : populate::Standing::history);
    if (!filled) return filled.errors();
    generated_.tables = std::move(filled->tables);
    generated_.notices = std::move(filled->notices);
    return base::success();
  }

  base::Status fill_slice() {
    auto filled = populate::fill_slice(
        request_.target, request_.data, *request_.slice, [this] { return make_schema(); }, clock_, progress_,
        cancellation_);
    if (!filled) return filled.errors();
    generated_.tables = std::move(filled->tables);
    generated_.notices = std::move(filled->notices);
    generated_.slice = request_.slice;
    generated_.slices_done = filled->slices_done;
    generated_.finished = filled->finished;
    return base::success();
  }

  base::Status verify() {
    progress_.stage("Verifying the rows");
    auto session = postgres::Session::open(request_.target);
    if (!session) return session.errors();
    const auto catalog = populate::read_catalog(**session);
    if (!catalog) return catalog.errors();
    auto prints = populate::fingerprint(**session, *catalog);
    if (!prints) return prints.errors();
    generated_.fingerprints = std::move(*prints);
    if (!request_.data.statistics.empty()) {
      auto fidelity = compare_with_shape(request_.target, request_.data);
      if (!fidelity) return fidelity.errors();
      generated_.fidelity = std::move(*fidelity);
    }
    progress_.finish();
    return base::success();
  }

  const Request& request_;
  base::Progress& progress_;
  const base::Cancellation& cancellation_;
  base::SteadyClock clock_;
  Generated generated_;
};

ExitStatus execute(const Parsed& parsed) {
  const auto format = text_or_json(parsed);
  if (!format) return report_errors(format.errors());
  const auto request = read_request(parsed);
  if (!request) return report_errors(request.errors());
  base::Cancellation cancellation;
  base::cancel_on_signals(cancellation);
  const auto progress = parsed.has("quiet") ? base::quiet_progress() : base::terminal_progress(STDERR_FILENO);
  const auto generated = Generation(*request, *progress, cancellation).run();
  if (!generated) return report_errors(generated.errors());
  std::fputs((*format == "json" ? generated_json(*generated) : generated_text(*generated)).c_str(), stdout);
  return ExitStatus::pass;
}

}  // namespace

CommandEntry generate_command() {
  Verb verb{
      .name = "generate",
      .positional = "[SCENARIO]",
      .summary = "Fill an empty database with synthetic rows, and nothing else.",
      .positional_limit = 1,
      .description =
          "The schema comes from --schema or --shape, or stands in the database already; a SCENARIO gives its data "
          "part.\n"
          "Rows that stand in tables are never touched: with --keep-rows the others are filled, and refer to them;\n"
          "without it, nothing is done. With --slice, several commands fill one database together:\n"
          "run one for each slice, on any machines, in any order, and again where one failed.",
      .examples =
          "  pgrehearse generate --server postgresql:///demo --schema schema.sql --rows users=1M\n"
          "  pgrehearse generate --server postgresql:///demo --rows 100k     # tables that stand, without rows\n"
          "  for i in 1 2 3 4; do pgrehearse generate --server \"$URL\" --schema schema.sql --rows 10M \\\n"
          "      --slice $i/4 & done; wait\n",
      .options = {
          {"server", 0, "URL", "the database; default: DATABASE_URL, else PGHOST, PGDATABASE, ...", false, ""},
          {"slice", 0, "I/N", "only the I-th of N shares of every table", false, ""},
          {"keep-rows", 0, "", "fill the other tables where some hold rows, of migrations for example", false, ""},
          {"verify", 0, "", "print a checksum of every table's rows, and with --shape how near they come to it", false,
           ""},
          {"format", 'f', "NAME", "text (default) or json", false, ""},
          {"quiet", 'q', "", "no progress", false, ""}}};
  for (Option& option : data_options()) verb.options.push_back(std::move(option));
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
