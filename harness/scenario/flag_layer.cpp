#include "harness/scenario/flag_layer.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

namespace pgrehearse::scenario {
namespace {

using Path = std::vector<std::string_view>;

struct Single {
  std::optional<std::string> Flags::*value;
  const char* flag;
  Path path;
};

const std::array singles{
    Single{&Flags::name, "--name", {"name"}},
    Single{&Flags::migrations, "--migrations", {"migration", "folder"}},
    Single{&Flags::format, "--migration-format", {"migration", "format"}},
    Single{&Flags::only, "--only", {"migration", "only"}},
    Single{&Flags::last, "--last", {"migration", "last"}},
    Single{&Flags::up, "--up", {"migration", "up"}},
    Single{&Flags::down, "--down", {"migration", "down"}},
    Single{&Flags::transaction, "--transaction", {"migration", "transaction"}},
    Single{&Flags::lock_timeout, "--lock-timeout", {"policy", "lock_timeout"}},
    Single{&Flags::statement_timeout, "--statement-timeout", {"policy", "statement_timeout"}},
    Single{&Flags::retries, "--retries", {"policy", "retries"}},
    Single{&Flags::retry_wait, "--retry-wait", {"policy", "retry_wait"}},
    Single{&Flags::shape, "--shape", {"shape"}},
    Single{&Flags::scale, "--scale", {"scale"}},
    Single{&Flags::seed, "--seed", {"seed"}},
    Single{&Flags::aged, "--aged", {"aged"}},
    Single{&Flags::rate, "--rate", {"traffic", "rate"}},
    Single{&Flags::traffic_scale, "--traffic-scale", {"traffic", "scale"}},
    Single{&Flags::clients, "--clients", {"traffic", "clients"}},
    Single{&Flags::loop, "--loop", {"traffic", "loop"}},
    Single{&Flags::patience, "--patience", {"traffic", "patience"}},
    Single{&Flags::baseline, "--baseline", {"timing", "baseline"}},
    Single{&Flags::settle, "--settle", {"timing", "settle"}},
    Single{&Flags::server, "--server", {"server", "use"}},
    Single{&Flags::postgres_version, "--postgres-version", {"server", "version"}},
    Single{&Flags::postgres_bin, "--postgres-bin", {"server", "postgres_bin"}},
    Single{&Flags::image, "--image", {"server", "image"}},
    Single{&Flags::engine, "--engine", {"server", "engine"}},
    Single{&Flags::cpus, "--cpus", {"server", "cpus"}},
    Single{&Flags::memory, "--memory", {"server", "memory"}},
    Single{&Flags::settings_from, "--settings-from", {"server", "settings_from"}},
    Single{&Flags::keep, "--keep", {"server", "keep"}},
    Single{&Flags::cache, "--cache", {"server", "cache"}},
};

base::Place flag_place(std::string flag) { return {std::move(flag), 0, 0}; }

Node& reach(Node& root, const Path& path, const base::Place& place) {
  Node* node = &root;
  for (const std::string_view key : path) node = &node->at(key, place);
  return *node;
}

void set(Node& root, const Path& path, std::string text, const base::Place& place) {
  reach(root, path, place) = scalar(std::move(text), place);
}

void set_list(Node& root, std::string_view key, const std::vector<std::string>& texts, const base::Place& place) {
  if (texts.empty()) return;
  Node& node = root.at(key, place);
  node.kind = Node::Kind::list;
  for (const std::string& text : texts) node.items.push_back(scalar(text, place));
}

// Splits "name=value"; reports anything else.
std::optional<std::pair<std::string, std::string>> named_value(const std::string& text, const base::Place& place,
                                                               std::string_view example, Context& context) {
  const auto equals = text.find('=');
  if (equals != std::string::npos && equals > 0) return std::pair{text.substr(0, equals), text.substr(equals + 1)};
  context.add(fmt::format("'{}' is not name=value", text), place, fmt::format("write it like {}", example));
  return {};
}

void add_rows(Node& root, const std::vector<std::string>& rows, Context& context) {
  const base::Place place = flag_place("--rows");
  for (const std::string& text : rows) {
    if (text.find('=') == std::string::npos) {
      set(root, {"rows"}, text, place);
    } else if (const auto pair = named_value(text, place, "users=1M", context)) {
      set(root, {"tables", pair->first, "rows"}, pair->second, place);
    }
  }
}

// "read.sql@8": the weight is optional, as in pgbench's --file.
void add_scripts(Node& root, const std::vector<std::string>& scripts) {
  const base::Place place = flag_place("--script");
  for (const std::string& text : scripts) {
    const auto at = text.rfind('@');
    const std::string file = text.substr(0, at);
    const std::string name = std::filesystem::path(file).stem().string();
    set(root, {"traffic", "scripts", name, "file"}, file, place);
    if (at != std::string::npos) set(root, {"traffic", "scripts", name, "weight"}, text.substr(at + 1), place);
  }
}

void add_named(Node& root, const Path& section, const std::vector<std::string>& texts, const char* flag,
               std::string_view example, Context& context) {
  const base::Place place = flag_place(flag);
  for (const std::string& text : texts) {
    const auto pair = named_value(text, place, example, context);
    if (!pair) continue;
    Path path = section;
    path.emplace_back(pair->first);
    set(root, path, pair->second, place);
  }
}

}  // namespace

Node flag_layer(const Flags& flags, Context& context) {
  Node root;
  root.kind = Node::Kind::map;
  for (const Single& single : singles) {
    const auto& value = flags.*single.value;
    if (value) set(root, single.path, *value, flag_place(single.flag));
  }
  set_list(root, "schema", flags.schema, flag_place("--schema"));
  set_list(root, "passes", flags.passes, flag_place("--pass"));
  add_rows(root, flags.rows, context);
  add_scripts(root, flags.scripts);
  add_named(root, {"server", "settings"}, flags.settings, "--setting", "shared_buffers=256MB", context);
  for (const Entry& entry : gate_layer(flags.gates, context).entries) root.at(entry.key, entry.place) = entry.value;
  return root;
}

Node gate_layer(const std::vector<std::string>& gates, Context& context) {
  Node root;
  root.kind = Node::Kind::map;
  add_named(root, {"gates"}, gates, "--gate", "max_stall=500ms", context);
  return root;
}

}  // namespace pgrehearse::scenario
