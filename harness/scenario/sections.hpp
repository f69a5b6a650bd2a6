// Declares the key tables of sections.cpp. Internal to this module.
#pragma once

#include "harness/scenario/fields.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::scenario {

template <>
std::span<const Field<Migration>> fields();
template <>
std::span<const Field<Policy>> fields();
template <>
std::span<const Field<generators::Override::Normal>> fields();
template <>
std::span<const Field<generators::Override::LogNormal>> fields();
template <>
std::span<const Field<generators::Override::Sequence>> fields();
template <>
std::span<const Field<generators::Override::Period>> fields();
template <>
std::span<const Field<generators::Override::Length>> fields();
template <>
std::span<const Field<generators::Override>> fields();
template <>
std::span<const Field<Table>> fields();
template <>
std::span<const Field<RatePiece>> fields();
template <>
std::span<const Field<Timetable>> fields();
template <>
std::span<const Field<Script>> fields();
template <>
std::span<const Field<Traffic>> fields();
template <>
std::span<const Field<Application>> fields();
template <>
std::span<const Field<Adversary>> fields();
template <>
std::span<const Field<Timing>> fields();
template <>
std::span<const Field<Server>> fields();
template <>
std::span<const Field<Gates>> fields();
template <>
std::span<const Field<Expectation>> fields();

}  // namespace pgrehearse::scenario
