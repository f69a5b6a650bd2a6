#include "harness/populate/populate.hpp"

#include "harness/populate/request.hpp"
#include "harness/populate/value_pools.hpp"

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

}  // namespace

base::Result<Populated> populate(const postgres::Target& target, const scenario::Data& data, const base::Clock& clock,
                                 base::Progress& progress, const base::Cancellation& cancellation) {
  progress.stage("Planning the rows");
  auto session = postgres::Session::open(session_target(target));
  if (!session) return session.errors();
  auto catalog = read_catalog(**session);
  if (!catalog) return catalog.errors();
  if (auto applied = apply_request(**session, data, *catalog); !applied) return applied.errors();
  auto generator = plan(**session, *catalog);
  if (!generator) return generator.errors();
  auto filling = fill(target, *catalog, *generator, clock, progress, cancellation);
  if (!filling) return filling.errors();
  std::vector<std::string> notices = generator->notices();
  notices.insert(notices.end(), filling->notices.begin(), filling->notices.end());
  return Populated{std::move(*generator), std::move(filling->tables), std::move(notices)};
}

}  // namespace pgrehearse::populate
