// On what machine was this measured? A duration without it means little elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/record/manifest.hpp"

namespace pgrehearse::observe {

// Of this machine, now. What cannot be found out stays empty or 0. Cores: those that this process may use.
record::MachineFacts read_machine();

// From the texts of /proc/cpuinfo, /proc/meminfo and /etc/os-release; empty or 0 where they do not say. Pure.
std::string processor_of(std::string_view cpuinfo);
std::uint64_t memory_bytes_of(std::string_view meminfo);
std::string distribution_of(std::string_view os_release);

}  // namespace pgrehearse::observe
