#pragma once

#include <memory>
#include <stop_token>
#include <thread>
#include <utility>

#include <stook/agent/agent.hpp>

#include "asking.hpp"

namespace asking {

// Runs an agent with `model` and stops it once the mute model was asked.
inline stook::answer stopped_while_asked(std::shared_ptr<stook::chat_model> model, const mute_model& mute) {
  const stook::agent agent({.name = "a", .model = std::move(model)});
  std::stop_source stop;
  std::thread other([&] {
    while (mute.asked == 0) std::this_thread::yield();
    stop.request_stop();
  });
  stook::answer a = agent.run("go", {.stop = stop.get_token()});
  other.join();
  return a;
}

}  // namespace asking
