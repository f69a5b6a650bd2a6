#include "harness/analyse/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "harness/analyse/lock_modes.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {

std::string place_of(const std::string& file, int line) {
  const auto slash = file.rfind('/');
  const auto above = slash == std::string::npos || slash == 0 ? slash : file.rfind('/', slash - 1);
  return fmt::format("{}:{}", above == std::string::npos ? file : file.substr(above + 1), line);
}

std::string place_of(const record::Statement& statement) { return place_of(statement.file, statement.line); }

std::string short_sql(const std::string& sql, std::size_t width) {
  std::string line;
  for (char c : sql) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == ';')) line.pop_back();
  if (line.size() <= width) return line;
  std::size_t end = width - 3;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;  // not inside a UTF-8 character
  return line.substr(0, end) + "...";
}

std::string name_of(const record::Statement& statement) {
  return fmt::format("{} ({})", place_of(statement), short_sql(statement.sql));
}

std::string short_relation(const std::string& relation) {
  return relation.rfind("public.", 0) == 0 ? relation.substr(7) : relation;
}

std::string phase_words(const std::string& phase) {
  if (phase == "up_again") return "second up";
  if (phase == "after_up_again") return "after second up";
  if (phase == "after_up") return "after up";
  if (phase == "after_down") return "after down";
  return phase;
}

std::string where(const Pass& pass, const std::string& phase) {
  return fmt::format("{} pass, {}", pass_words(pass.name), phase_words(phase));
}

std::string pass_words(const std::string& pass) {
  std::string words = pass;
  std::replace(words.begin(), words.end(), ':', ' ');
  return words;
}

namespace {

std::size_t times_waited_for(const Pass& pass, std::size_t statement, const std::string& relation) {
  std::size_t times = 0;
  for (const Wait& wait : pass.waits) times += wait.statement == statement && wait.wait.relation == relation;
  return times;
}

}  // namespace

const record::HeldLock* telling_lock(const Pass& pass, std::size_t statement) {
  constexpr Duration noise = std::chrono::milliseconds(50);
  const record::HeldLock* best = nullptr;
  std::tuple<std::size_t, bool, int, Duration::rep, std::ptrdiff_t> best_rank;
  for (const record::HeldLock& lock : pass.statements[statement].statement.locks) {
    const auto mode = parse_lock_mode(lock.mode);
    const std::tuple rank{times_waited_for(pass, statement, lock.relation), lock.existed_before,
                          mode ? static_cast<int>(*mode) : -1, held(lock) / noise,
                          -static_cast<std::ptrdiff_t>(lock.relation.size())};
    if (best && rank <= best_rank) continue;
    best = &lock;
    best_rank = rank;
  }
  return best;
}

std::string lock_sentence(const Pass& pass, std::size_t statement) {
  const record::HeldLock* lock = telling_lock(pass, statement);
  if (!lock) return "";
  const std::string name = fmt::format("{} on {}", lock_words(lock->mode), short_relation(lock->relation));
  const Duration waited = pass.statements[statement].lock_wait;
  if (waited > held(*lock)) return fmt::format("waiting {} for {}", base::format_duration(waited), name);
  return fmt::format("holding {} for {}", name, base::format_duration(held(*lock)));
}

}  // namespace pgrehearse::analyse
