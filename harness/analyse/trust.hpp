// How far the measurement can be trusted. Blindness is never a pass: whatever could have hidden a failure, or made one
// up, turns a gate's outcome into "inconclusive", with the reason in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

enum class About { everything, traffic };

struct Doubt {
  About about = About::everything;
  std::string reason;
};

// Whether the run ended in order, the record is whole, and traffic was delivered.
std::vector<Doubt> doubts(const record::Manifest& manifest, const std::vector<std::string>& defects,
                          const std::vector<Pass>& passes);

// One sentence for each pass in which we sent so late ourselves that its response times are doubtful: for one operation
// in a hundred the lag, which those times include, was more than a tenth of the time that the gates allow.
std::vector<std::string> late_sending(const std::vector<Pass>& passes, const scenario::Gates& limits);

// Traffic runs in this pass.
bool is_loaded(const Pass& pass);

// How long in the migration's phases nobody watched the locks (neither the log nor the sampler), and how long the load
// generator itself stood still. A wait or a stall of up to this length can have gone unseen, or another can have been
// longer by as much.
Duration unseen_locks(const Pass& pass);
Duration unseen_traffic(const Pass& pass);

// Processors that programs other than the server and we kept busy in a phase, on average, for certain. The kernel
// counts in ticks of 10 ms, and the server's and ours are cut down to them process by process: on an idle machine 20 to
// 30 ms are left over in phases of any length, which is no other program's doing.
constexpr double cpu_meter_error_s = 0.05;
double foreign_processors(const Phase& phase);

// Why a time measured in this phase may be another program's doing: more than a quarter of the machine was used by
// programs that are neither the server nor we.
std::optional<std::string> disturbed(const Pass& pass, const std::string& phase);

// Enough operations for a 99th percentile to be more than the maximum.
constexpr std::uint64_t enough_operations = 100;
const Phase* phase_named(const Pass& pass, std::string_view name);

}  // namespace pgrehearse::analyse
