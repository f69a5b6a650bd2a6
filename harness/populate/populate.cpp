#include "harness/populate/populate.hpp"

#include "harness/populate/request.hpp"
#include "harness/populate/value_pools.hpp"
#include "harness/populate/workers.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Generator;

// Planned twice where CHECKs need it: the first plan's rows show which ones do.
base::Result<Generator> plan(postgres::Session& session, Catalog& catalog) {
  auto first = Generator::plan(catalog.shape);
  if (!first) return first;
  const auto added = add_value_pools(session, *first, catalog);
  if (!added) return added.errors();
  if (!*added) return first;
  auto second = Generator::plan(catalog.shape);
  if (!second) return second;
  if (auto verified = verify_checks(session, *second, catalog); !verified) return verified.errors();
  return second;
}

struct Prepared {
  Catalog catalog;
  Generator generator;
};

base::Result<Prepared> prepare(const postgres::Target& target, Way way, const scenario::Data& data,
                               const base::Cancellation& cancellation) {
  const postgres::Target ours = session_target(target, way);
  const CancelForwarder forwarder(ours, cancellation);
  auto session = postgres::Session::open(ours);
  if (!session) return session.errors();
  auto catalog = read_catalog(**session);
  if (!catalog) return catalog.errors();
  if (auto applied = apply_request(**session, data, *catalog); !applied) return applied.errors();
  auto generator = plan(**session, *catalog);
  if (!generator) return generator.errors();
  return Prepared{std::move(*catalog), std::move(*generator)};
}

}  // namespace

base::Result<Populated> populate(const postgres::Target& target, const scenario::Data& data, const base::Clock& clock,
                                 base::Progress& progress, const base::Cancellation& cancellation) {
  progress.stage("Planning the rows");
  const auto way = way_of(target);
  if (!way) return way.errors();
  auto prepared = prepare(target, *way, data, cancellation);
  if (cancellation.cancelled()) return base::interrupted_error();
  if (!prepared) return prepared.errors();
  auto filling = fill(target, *way, prepared->catalog, prepared->generator, clock, progress, cancellation);
  if (!filling) return filling.errors();
  std::vector<std::string> notices = prepared->generator.notices();
  if (*way == Way::owner) {
    notices.push_back("loaded without superuser: foreign keys were added and indexes filled as an owner can");
  }
  notices.insert(notices.end(), filling->notices.begin(), filling->notices.end());
  return Populated{std::move(prepared->generator), std::move(filling->tables), std::move(notices)};
}

base::Result<generators::Generator> plan_rows(const postgres::Target& target, const scenario::Data& data,
                                              const base::Cancellation& cancellation) {
  const auto way = way_of(target);
  if (!way) return way.errors();
  auto prepared = prepare(target, *way, data, cancellation);
  if (cancellation.cancelled()) return base::interrupted_error();
  if (!prepared) return prepared.errors();
  return std::move(prepared->generator);
}

}  // namespace pgrehearse::populate
