#include "harness/record/json.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/record/fields.hpp"

namespace pgrehearse::record {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 5> wait_ends{"acquired", "lock_timeout", "cancelled", "deadlock", "unresolved"};

// ---- writing -----------------------------------------------------------------------------------------------------

template <class T>
concept Described = requires(const T& value) {
  fields([](const char*, const auto&) {}, value);
};

template <class T>
Json encode(const T& value);

Json encode(Duration duration) { return static_cast<double>(duration.count() / 1000) / 1000; }
Json encode(WaitEnd end) { return wait_ends.at(static_cast<std::size_t>(end)); }

template <class T>
Json encode(const std::optional<T>& value) {
  return value ? encode(*value) : Json();
}

template <class T>
Json encode(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(encode(value));
  return list;
}

// Bucket, count, bucket, count, ...: most windows hold a few values, and most lines of the folder are windows.
Json encode(const Histogram& histogram) {
  if (histogram.empty()) return Json();
  Json buckets = Json::array();
  for (const auto& [bucket, count] : histogram.buckets()) {
    buckets.push_back(bucket);
    buckets.push_back(count);
  }
  Json object{
      {"min_ms", encode(histogram.min())}, {"max_ms", encode(histogram.max())}, {"buckets", std::move(buckets)}};
  if (histogram.clipped() > 0) object["clipped"] = histogram.clipped();
  return object;
}

template <class T>
Json encode(const T& value) {
  if constexpr (Described<T>) {
    Json object = Json::object();
    fields([&](const char* key, const auto& member) { object[key] = encode(member); }, value);
    return object;
  } else {
    return value;
  }
}

std::string dump(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// ---- reading: anything unexpected throws, from_json() turns that into a problem ------------------------------------

template <class T>
void decode(const Json& json, T& value);

void decode(const Json& json, Duration& duration) {
  duration = std::chrono::microseconds(std::llround(json.get<double>() * 1000));
}

void decode(const Json& json, WaitEnd& end) {
  const auto text = json.get<std::string>();
  for (std::size_t i = 0; i < wait_ends.size(); ++i) {
    if (text != wait_ends[i]) continue;
    end = static_cast<WaitEnd>(i);
    return;
  }
  throw std::runtime_error(fmt::format("unknown end of a lock wait '{}'", text));
}

template <class T>
void decode(const Json& json, std::optional<T>& value) {
  if (json.is_null()) return value.reset();
  decode(json, value.emplace());
}

template <class T>
void decode(const Json& json, std::vector<T>& values) {
  values.clear();
  for (const Json& item : json) decode(item, values.emplace_back());
}

void decode(const Json& json, Histogram& histogram) {
  if (json.is_null()) return;
  Duration min, max;
  decode(json.at("min_ms"), min);
  decode(json.at("max_ms"), max);
  const Json& list = json.at("buckets");
  std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets;
  for (std::size_t i = 0; i + 1 < list.size(); i += 2) buckets.emplace_back(list[i], list[i + 1]);
  histogram = Histogram::from_buckets(buckets, min, max, json.value("clipped", std::uint64_t{0}));
}

template <class T>
void decode(const Json& json, T& value) {
  if constexpr (Described<T>) {
    if (!json.is_object()) throw std::runtime_error("not an object");
    fields(
        [&](const char* key, auto& member) {
          if (const auto found = json.find(key); found != json.end()) decode(*found, member);
        },
        value);
  } else {
    value = json.get<T>();
  }
}

template <class E, class... More>
void decode_event(const std::string& type, const Json& json, Event& event) {
  if (type == type_name<E>()) {
    decode(json, event.emplace<E>());
  } else if constexpr (sizeof...(More) > 0) {
    decode_event<More...>(type, json, event);
  } else {
    throw std::runtime_error(fmt::format("unknown event type '{}'", type));
  }
}

template <class... E>
void decode_any(const Json& json, std::variant<E...>& event) {
  decode_event<E...>(json.at("type").get<std::string>(), json, event);
}

template <class Read>
bool attempt(std::string_view text, std::string& problem, Read read) {
  try {
    read(Json::parse(text));
    return true;
  } catch (const std::exception& error) {
    problem = error.what();
    return false;
  }
}

}  // namespace

std::string to_json(const Event& event) {
  return std::visit(
      [](const auto& e) {
        Json object{{"type", type_name<std::decay_t<decltype(e)>>()}};
        object.update(encode(e));
        return dump(object);
      },
      event);
}

std::string to_json(const Window& window) {
  Json object = encode(window);
  for (const char* part : {"within", "outlived", "carried"}) {
    if (object[part]["response"].is_null() && object[part]["service"].is_null()) object.erase(part);
  }
  return dump(object);
}

std::string to_json(const Manifest& manifest) {
  Json object = encode(manifest);
  object["scenario"] = manifest.scenario_json.empty() ? Json() : Json::parse(manifest.scenario_json);
  return dump(object, 2) + '\n';
}

bool from_json(std::string_view text, Event& event, std::string& problem) {
  return attempt(text, problem, [&](const Json& json) { decode_any(json, event); });
}

bool from_json(std::string_view text, Window& window, std::string& problem) {
  return attempt(text, problem, [&](const Json& json) { decode(json, window); });
}

bool from_json(std::string_view text, Manifest& manifest, std::string& problem) {
  return attempt(text, problem, [&](const Json& json) {
    decode(json, manifest);
    if (const auto scenario = json.find("scenario"); scenario != json.end() && !scenario->is_null()) {
      manifest.scenario_json = dump(*scenario);
    }
  });
}

}  // namespace pgrehearse::record
