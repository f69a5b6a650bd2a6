#include "harness/record/window.hpp"

namespace pgrehearse::record {

void Tally::add(const Tally& other) {
  due += other.due;
  sent += other.sent;
  shed += other.shed;
  ok += other.ok;
  failed += other.failed;
  in_flight += other.in_flight;
  reconnects += other.reconnects;
  retried += other.retried;
  retries += other.retries;
  for (const auto& [sqlstate, count] : other.errors) errors[sqlstate] += count;
}

void Latency::merge(const Latency& other) {
  response.merge(other.response);
  service.merge(other.service);
}

}  // namespace pgrehearse::record
