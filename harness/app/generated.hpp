// What the generate command made, as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/slice.hpp"
#include "harness/populate/fill.hpp"
#include "harness/populate/fingerprint.hpp"
#include "harness/profile/fidelity.hpp"

namespace pgrehearse::app {

struct Generated {
  std::vector<populate::FilledTable> tables;  // of a slice: its rows alone, until all slices are there
  std::vector<std::string> notices;
  std::optional<base::Slice> slice;
  std::uint64_t slices_done = 1;
  bool finished = true;                             // all rows are there, with indexes and statistics
  std::vector<populate::Fingerprint> fingerprints;  // --verify
  std::optional<profile::Fidelity> fidelity;        // the same, where a shape says how rows should look
};

std::string generated_text(const Generated& generated);
// Format "pgrehearse-generate/1": docs/generate.md.
std::string generated_json(const Generated& generated);

}  // namespace pgrehearse::app
