#include "harness/load/engine.hpp"

#include <thread>

#include "harness/load/traffic_loop.hpp"

namespace pgrehearse::load {

struct TrafficEngine::State {
  TrafficLoop loop;
  std::thread thread;
};

TrafficEngine::TrafficEngine(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([loop = &state_->loop] { loop->run(); });
}

TrafficEngine::~TrafficEngine() {
  if (state_->thread.joinable()) stop(Duration::zero());
}

base::Result<std::unique_ptr<TrafficEngine>> TrafficEngine::start(const base::Clock& clock, record::Recorder& recorder,
                                                                  TrafficSetup setup) {
  std::unique_ptr<State> state(new State{{clock, recorder, std::move(setup)}, {}});
  if (const auto connected = state->loop.connect_all(); !connected) return connected.errors();
  return std::unique_ptr<TrafficEngine>(new TrafficEngine(std::move(state)));
}

Duration TrafficEngine::begin_phase(const std::vector<bool>& active) { return state_->loop.begin_phase(active); }

bool TrafficEngine::wait_for_end(Duration at_most) { return state_->loop.wait_for_end(at_most); }

record::Delivery TrafficEngine::stop(Duration grace) {
  PGR_CHECK(state_->thread.joinable());
  state_->loop.stop(grace);
  state_->thread.join();
  return state_->loop.take_delivery();
}

}  // namespace pgrehearse::load
