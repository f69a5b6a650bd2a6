// The filled database, from the cache where an earlier run made the same, else made now and kept there.
#pragma once

#include <memory>
#include <string>

#include "harness/app/stage.hpp"
#include "harness/migrate/history.hpp"
#include "harness/populate/populate.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

// The server, honest, with the database from which every pass starts.
struct Prepared {
  std::unique_ptr<provision::Server> server;
  std::string template_database;
  populate::Populated populated;
};

// `folder` is the run's, for people who find the server on the machine. Says in a notice where the rows came from when
// a cache was asked for.
base::Result<Prepared> prepare_server(const Stage& stage, const std::string& folder,
                                      const migrate::Rehearsal& rehearsal);

// Everything that decides what rows there are: the program, the server's version and settings, schema, history, request
// and seed. Equal keys mean equal databases. `server` as identity_for_cache() gives it.
std::string cache_key(const std::string& server, const scenario::Scenario& scenario,
                      const migrate::Rehearsal& rehearsal);

}  // namespace pgrehearse::app
