// A result's value, or the end of the program with its errors.
#pragma once

#include <fmt/format.h>

#include <cstdlib>

#include "harness/base/result.hpp"

namespace pgrehearse::bench {

template <class T>
T need(base::Result<T> result) {
  if (result) return std::move(result).value();
  for (const base::Error& error : result.errors()) fmt::print(stderr, "bench: {}\n", to_string(error));
  std::exit(4);
}

}  // namespace pgrehearse::bench
