#include "harness/load/script_run.hpp"

#include <fmt/format.h>

#include "harness/load/distribution.hpp"

namespace pgrehearse::load {

std::uint64_t FreshRows::next(std::size_t table) {
  const std::uint64_t row = tables_->rows(table) + given_[table]++;
  if (row >= tables_->capacity(table)) {
    throw ScriptFailure{"54000", fmt::format("the keys of {} allow no more than {} rows",
                                             tables_->shape().tables[table].qualified(), tables_->capacity(table))};
  }
  return row;
}

void ScriptRun::start(const Script& script, base::Seed seed) {
  script_ = &script;
  random_ = base::RandomStream(seed);
  position_ = 0;
  variables_.assign(script.slots, Value());
}

void ScriptRun::draw_row(const RowStep& step, ScriptWorld& world) {
  std::uint64_t row = 0;
  if (step.fresh) {
    row = world.fresh_rows.next(step.table);
  } else {
    const auto last = static_cast<std::int64_t>(world.tables->rows(step.table)) - 1;
    row = static_cast<std::uint64_t>(step.zipfian ? draw_zipfian(random_, 0, last, *step.zipfian)
                                                  : draw_uniform(random_, 0, last));
  }
  for (const auto& [slot, column] : step.bindings) {
    auto text = world.tables->text(step.table, row, column);
    variables_[slot] = text ? Value(std::move(*text)) : Value();
  }
}

std::optional<std::size_t> ScriptRun::next(ScriptWorld& world) {
  while (position_ < script_->steps.size()) {
    const Step& step = script_->steps[position_++];
    if (std::holds_alternative<SqlStep>(step)) return position_ - 1;
    if (const auto* set = std::get_if<SetStep>(&step)) variables_[set->slot] = set->value.evaluate(variables_, random_);
    if (const auto* row = std::get_if<RowStep>(&step)) draw_row(*row, world);
  }
  return {};
}

const std::vector<const char*>& ScriptRun::parameters(std::size_t step) {
  const auto& slots = std::get<SqlStep>(script_->steps[step]).parameters;
  texts_.resize(slots.size());
  pointers_.assign(slots.size(), nullptr);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Value& value = variables_[slots[i]];
    if (const auto* text = std::get_if<std::string>(&value)) pointers_[i] = text->c_str();
    if (const auto* whole = std::get_if<std::int64_t>(&value)) texts_[i] = fmt::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) texts_[i] = fmt::to_string(*real);
    if (value.index() == 1 || value.index() == 2) pointers_[i] = texts_[i].c_str();
  }
  return pointers_;
}

}  // namespace pgrehearse::load
