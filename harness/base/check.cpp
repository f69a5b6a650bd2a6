#include "harness/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace pgrehearse::base {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "pgrehearse: internal error: %s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace pgrehearse::base
