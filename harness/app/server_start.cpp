#include "harness/app/server_start.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "harness/base/secrets.hpp"
#include "harness/provision/open_server.hpp"
#include "harness/provision/settings_import.hpp"

namespace pgrehearse::app {
namespace {

using provision::ImportedSettings;
using provision::LeftOut;
using provision::Settings;
using Tell = std::function<void(const std::string&)>;
using Opened = base::Result<std::unique_ptr<provision::Server>>;

bool same_name(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Those that the scenario does not set itself.
Settings not_overruled(const Settings& imported, const Settings& own) {
  Settings rest;
  for (const auto& setting : imported) {
    const bool overruled =
        std::any_of(own.begin(), own.end(), [&](const auto& mine) { return same_name(mine.first, setting.first); });
    if (!overruled) rest.insert(setting);
  }
  return rest;
}

void tell_all(const std::string& source, const ImportedSettings& production, const Tell& tell) {
  std::vector<std::string> taken;
  for (const auto& [name, value] : production.imported) taken.push_back(name + " = " + value);
  tell(fmt::format("settings taken from {}: {}", base::without_password(source),
                   taken.empty() ? "none" : fmt::format("{}", fmt::join(taken, ", "))));
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const LeftOut& one : production.left_out) by_reason[one.reason].push_back(one.name + " = " + one.value);
  for (const auto& [reason, names] : by_reason) {
    tell(fmt::format("settings not taken: {}: {}", fmt::join(names, ", "), reason));
  }
}

// A start that fails for imported settings is tried again without them. The server names those that it does not know
// and those whose values it does not take one kind after the other.
Opened open_without_refused(provision::ServerOptions options, ImportedSettings& production,
                            const base::Cancellation& cancellation) {
  const Settings own = options.server.settings;
  while (true) {
    options.server.settings = own;
    options.server.settings.insert(production.imported.begin(), production.imported.end());
    Opened opened = provision::open_server(options, &cancellation);
    if (opened) return opened;
    base::Errors rest;
    const auto refused = provision::refused_settings(opened.errors(), production.imported, rest);
    if (refused.empty() || !rest.empty()) return opened;
    for (const LeftOut& one : refused) {
      if (production.imported.erase(one.name) > 0) production.left_out.push_back(one);
    }
  }
}

}  // namespace

bool is_existing(const scenario::Server& server) {
  return server.use == "existing" || base::is_connection_text(server.use);
}

Opened start_server(provision::ServerOptions options, const Tell& tell, const base::Cancellation& cancellation) {
  const std::string source = options.server.settings_from;
  if (source.empty()) return provision::open_server(options, &cancellation);
  if (is_existing(options.server)) {
    tell("the settings of an existing server are taken as they are; none were imported");
    return provision::open_server(options, &cancellation);
  }
  const std::uint64_t memory = options.server.memory_bytes.value_or(provision::usable_memory_bytes());
  auto production = provision::import_settings(source, memory);
  if (!production) return production.errors();
  production->imported = not_overruled(production->imported, options.server.settings);
  auto opened = open_without_refused(std::move(options), *production, cancellation);
  if (opened) tell_all(source, *production, tell);
  return opened;
}

}  // namespace pgrehearse::app
