// Models and tools that wait.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "scripts.hpp"
#include "support/sanitized.hpp"

namespace scripts {

// What waits 10 s is interrupted within this.
inline constexpr std::chrono::milliseconds soon{sanitized ? 3000 : 330};

stook::task<void> nap(std::chrono::milliseconds how_long);

stook::tool naps(std::string name, std::chrono::milliseconds how_long,
                 stook::tool_options options = {.effect = stook::reads});

class slow_model final : public stook::waiting_model {
 public:
  explicit slow_model(std::chrono::milliseconds how_long) : how_long_(how_long) {}
  std::string name() const override { return "slow"; }
  stook::task<stook::chat_reply> async_generate(const stook::chat_request&, stook::generation&) override;

 private:
  std::chrono::milliseconds how_long_;
};

stook::agent with(std::vector<stook::chat_reply> replies, stook::toolset tools,
                  stook::run_limits limits = {});

}  // namespace scripts
