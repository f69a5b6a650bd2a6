#include "harness/populate/populate.hpp"

#include "harness/populate/plan.hpp"
#include "harness/populate/workers.hpp"

namespace pgrehearse::populate {
namespace {

struct Prepared {
  Catalog catalog;
  Planned planned;
};

base::Result<Prepared> prepare(const postgres::Target& target, Way way, const scenario::Data& data,
                               const base::Cancellation& cancellation, Standing standing) {
  const postgres::Target ours = session_target(target, way);
  const CancelForwarder forwarder(ours, cancellation);
  auto session = postgres::Session::open(ours);
  if (!session) return session.errors();
  auto catalog = read_catalog(**session);
  if (!catalog) return catalog.errors();
  if (auto applied = apply_request(**session, data, *catalog, standing); !applied) return applied.errors();
  auto planned = plan_catalog(**session, *catalog);
  if (!planned) return planned.errors();
  return Prepared{std::move(*catalog), std::move(*planned)};
}

}  // namespace

base::Result<Populated> populate(const postgres::Target& target, const scenario::Data& data, const base::Clock& clock,
                                 base::Progress& progress, const base::Cancellation& cancellation, Standing standing) {
  progress.stage("Planning the rows");
  const auto way = way_of(target);
  if (!way) return way.errors();
  auto prepared = prepare(target, *way, data, cancellation, standing);
  if (cancellation.cancelled()) return base::interrupted_error();
  if (!prepared) return prepared.errors();
  auto filling = fill(target, *way, prepared->catalog, prepared->planned.generator, clock, progress, cancellation);
  if (!filling) return filling.errors();
  std::vector<std::string> notices = std::move(prepared->planned.notices);
  if (*way == Way::owner) {
    notices.push_back("loaded without superuser: foreign keys were added and indexes filled as an owner can");
  }
  notices.insert(notices.end(), filling->notices.begin(), filling->notices.end());
  return Populated{std::move(prepared->planned.generator), std::move(filling->tables), std::move(notices)};
}

base::Result<generators::Generator> plan_rows(const postgres::Target& target, const scenario::Data& data,
                                              const base::Cancellation& cancellation) {
  const auto way = way_of(target);
  if (!way) return way.errors();
  auto prepared = prepare(target, *way, data, cancellation, Standing::history);
  if (cancellation.cancelled()) return base::interrupted_error();
  if (!prepared) return prepared.errors();
  return std::move(prepared->planned.generator);
}

}  // namespace pgrehearse::populate
