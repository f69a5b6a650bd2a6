// Production's settings for a server of ours: those that decide how long things take, and not those that belong to
// production's place (paths, addresses, logs, standbys) or do not fit here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/provision/settings.hpp"

namespace pgrehearse::provision {

struct LeftOut {
  std::string name, value, reason;
};

struct ImportedSettings {
  Settings imported;              // by name in lower case
  std::vector<LeftOut> left_out;  // by name
};

// Which of production's settings are taken. `memory_bytes`: what a server here may use. Pure.
ImportedSettings sift_settings(const Settings& production, std::uint64_t memory_bytes);

// Text in the form of postgresql.conf (guc-file.l: name, optional '=', a value in quotes or one word, comments). The
// last of several values of a name counts. All mistakes with their lines of `path`. Pure.
base::Result<Settings> parse_settings_file(std::string_view text, const std::string& path);

// From a connection URI or key=value text, whose server is only read from (pg_settings: what differs from the built-in
// value), or from a file.
base::Result<ImportedSettings> import_settings(const std::string& source, std::uint64_t memory_bytes);

// Those of `imported` that a server refused, judging by the errors of its start, each with the server's words. `rest`
// gets the errors that are about something else.
std::vector<LeftOut> refused_settings(const base::Errors& errors, const Settings& imported, base::Errors& rest);

}  // namespace pgrehearse::provision
