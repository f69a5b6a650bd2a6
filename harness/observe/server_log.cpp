#include "harness/observe/server_log.hpp"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

namespace pgrehearse::observe {
namespace {

std::optional<int> to_int(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

// Seconds east of UTC.
std::optional<int> parse_offset(std::string_view zone) {
  if (zone == "UTC" || zone == "GMT") return 0;
  if (zone.size() < 3 || (zone[0] != '+' && zone[0] != '-')) return {};
  const auto hours = to_int(zone.substr(1, 2));
  const auto minutes = zone.size() == 6 && zone[3] == ':' ? to_int(zone.substr(4)) : std::optional<int>(0);
  if (!hours || !minutes || (zone.size() != 3 && zone.size() != 6)) return {};
  return (zone[0] == '-' ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

std::string text_of(const nlohmann::json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<int> int_of(const nlohmann::json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_number_integer() ? std::optional<int>(found->get<int>()) : std::nullopt;
}

// The fields of one record, unquoted; nothing when a quote is left open.
std::optional<std::vector<std::string>> csv_fields(std::string_view record) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t at = 0; at < record.size(); ++at) {
    const char c = record[at];
    if (quoted && c == '"' && at + 1 < record.size() && record[at + 1] == '"') {
      fields.back() += record[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (quoted) return {};
  return fields;
}

// Positions in a csvlog record: the same from 14 to 18.
enum CsvField {
  log_time,
  database = 2,
  process_id = 3,
  severity = 11,
  sqlstate = 12,
  message = 13,
  detail = 14,
  context = 18,
  statement = 19,
  application = 22,
  leader_pid = 24,
  csv_minimum = 24
};

}  // namespace

std::optional<base::WallTime> parse_log_time(std::string_view text) {
  // 0123456789012345678901234
  // 2026-11-20 23:57:19.145 UTC
  if (text.size() < 26 || text[10] != ' ' || text[19] != '.' || text[23] != ' ') return {};
  constexpr std::array<std::pair<std::size_t, std::size_t>, 7> parts{
      {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}, {20, 3}}};
  std::array<int, 7> number{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto value = to_int(text.substr(parts[i].first, parts[i].second));
    if (!value) return {};
    number[i] = *value;
  }
  const auto offset = parse_offset(text.substr(24));
  const std::chrono::year_month_day day{std::chrono::year(number[0]), std::chrono::month(unsigned(number[1])),
                                        std::chrono::day(unsigned(number[2]))};
  if (!offset || !day.ok()) return {};
  return base::WallTime(std::chrono::sys_days(day)) + std::chrono::hours(number[3]) + std::chrono::minutes(number[4]) +
         std::chrono::seconds(number[5] - *offset) + std::chrono::milliseconds(number[6]);
}

std::optional<LogEntry> parse_json_entry(std::string_view line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return {};
  const auto time = parse_log_time(text_of(json, "timestamp"));
  const auto pid = int_of(json, "pid");
  if (!time || !pid) return {};
  return LogEntry{*time,
                  *pid,
                  int_of(json, "leader_pid"),
                  text_of(json, "dbname"),
                  text_of(json, "application_name"),
                  text_of(json, "error_severity"),
                  text_of(json, "state_code"),
                  text_of(json, "message"),
                  text_of(json, "detail"),
                  text_of(json, "context"),
                  text_of(json, "statement")};
}

std::optional<LogEntry> parse_csv_entry(std::string_view record) {
  const auto fields = csv_fields(record);
  if (!fields || fields->size() < csv_minimum) return {};
  const auto& field = *fields;
  const auto time = parse_log_time(field[log_time]);
  const auto pid = to_int(field[process_id]);
  if (!time || !pid) return {};
  return LogEntry{*time,
                  *pid,
                  field.size() > leader_pid ? to_int(field[leader_pid]) : std::nullopt,
                  field[database],
                  field[application],
                  field[severity],
                  field[sqlstate],
                  field[message],
                  field[detail],
                  field[context],
                  field[statement]};
}

void LogSplitter::add(std::string_view bytes) {
  pending_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  pending_ += bytes;
}

std::optional<std::string> LogSplitter::next() {
  for (; scanned_ < pending_.size(); ++scanned_) {
    const char c = pending_[scanned_];
    if (c == '"' && format_ == LogFormat::csv) quoted_ = !quoted_;
    if (c != '\n' || quoted_) continue;
    std::string entry = pending_.substr(begin_, scanned_ - begin_);
    begin_ = ++scanned_;
    return entry;
  }
  return {};
}

void LogSplitter::reset() {
  pending_.clear();
  begin_ = scanned_ = 0;
  quoted_ = false;
}

}  // namespace pgrehearse::observe
