#include "naps.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace scripts {

stook::task<void> nap(std::chrono::milliseconds how_long) {
  asio::steady_timer timer(co_await asio::this_coro::executor, how_long);
  co_await timer.async_wait(asio::use_awaitable);
}

stook::tool naps(std::string name, std::chrono::milliseconds how_long, stook::tool_options options) {
  return stook::tool(std::move(name), "", std::move(options), [how_long]() -> stook::task<std::string> {
    auto pending = nap(how_long);
    co_await std::move(pending);
    co_return "rested";
  });
}

stook::task<stook::chat_reply> slow_model::async_generate(const stook::chat_request&, stook::generation&) {
  auto pending = nap(how_long_);
  co_await std::move(pending);
  co_return says("at last");
}

stook::agent with(std::vector<stook::chat_reply> replies, stook::toolset tools, stook::run_limits limits) {
  return stook::agent(
      {.name = "x", .model = script(std::move(replies)), .tools = std::move(tools), .limits = limits});
}

}  // namespace scripts
