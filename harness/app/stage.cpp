#include "harness/app/stage.hpp"

#include <algorithm>

namespace pgrehearse::app {

base::Status Stage::let_pass(base::Duration duration) const {
  const base::Duration start = clock.now();
  const base::Duration end = start + duration;
  for (base::Duration now = start; now < end; now = clock.now()) {
    progress.update(base::to_ms(now - start), base::to_ms(duration), "ms");
    if (cancellation.wait_for(std::min<base::Duration>(end - now, std::chrono::milliseconds(100)))) {
      return base::interrupted_error();
    }
  }
  return base::success();
}

void Stage::notice(std::string text) const { recorder.append(record::Notice{clock.now(), std::move(text)}); }

}  // namespace pgrehearse::app
