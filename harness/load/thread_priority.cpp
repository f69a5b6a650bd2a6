#include "harness/load/thread_priority.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pgrehearse::load {

void put_this_thread_first() {
  const sched_param lowest{::sched_get_priority_min(SCHED_RR)};
  if (::pthread_setschedparam(::pthread_self(), SCHED_RR, &lowest) == 0) return;
  // Linux has a nice value for each thread. Refused: the send lag of the report shows what that means.
  [[maybe_unused]] const int outcome = ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), -15);
}

}  // namespace pgrehearse::load
