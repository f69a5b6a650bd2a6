#include "harness/app/step_summary.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "reports/markdown.hpp"

namespace pgrehearse::app {

void append_step_summary(const analyse::Analysis& analysis) {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (!path || !*path) return;
  std::ofstream file(path, std::ios::app);
  file << reports::markdown(analysis) << '\n';
  file.close();
  if (file) return;
  fmt::print(stderr, "pgrehearse: the report was not added to GITHUB_STEP_SUMMARY={}: {}\n", path,
             std::strerror(errno));
}

}  // namespace pgrehearse::app
