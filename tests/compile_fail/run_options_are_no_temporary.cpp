// error: (use of|call to) deleted
// GCC 12 destroys a braced temporary twice in an expression that awaits.
#include <stook/stook.hpp>

#include <boost/asio/awaitable.hpp>

stook::task<std::string> ask(stook::agent agent) {
#ifdef STOOK_RIGHT
  stook::run_options options{.seed = 1};
  auto pending = agent.async_run("why?", options);
#else
  auto pending = agent.async_run("why?", {.seed = 1});
#endif
  stook::answer a = co_await std::move(pending);
  co_return a.text;
}
