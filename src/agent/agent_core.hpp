#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <stook/agent/agent.hpp>

namespace stook::detail {

/// What all copies of an agent share. Immutable but for the pool, which begins with its first use.
struct agent_core {
  agent_options options;
  std::vector<message> opening;  // the system message, if there are instructions
  bool immediate = false;        // neither the model nor any tool waits: a run needs no event loop

  blocking_pool& pool() const {
    const std::lock_guard lock(pool_mutex);
    if (!pool_in_use) {
      pool_in_use = options.pool
                        ? options.pool
                        : std::make_shared<blocking_pool>(static_cast<unsigned>(options.parallel_tools));
    }
    return *pool_in_use;
  }

 private:
  mutable std::mutex pool_mutex;
  mutable std::shared_ptr<blocking_pool> pool_in_use;
};

/// Throws `error` for what is wrong with a run's limits.
void check_run(const agent_core& core, const run_options& options);

/// Throws `error` for what is wrong with the options.
std::shared_ptr<const agent_core> make_agent_core(agent_options options);

}  // namespace stook::detail
