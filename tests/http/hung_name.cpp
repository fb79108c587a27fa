// Asks a host whose name is never resolved, says how that ended, and ends: nothing waits for the lookup.

#include <chrono>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "http/client.hpp"

namespace {

namespace http = stook::http;

std::vector<boost::asio::ip::address> never(const std::string&) {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

stook::task<void> ask(const http::client& c, const http::request& r) {
  try {
    auto sending = c.async_send(r);
    co_await std::move(sending);
  } catch (const http::transport_error& e) {
    fmt::print("{}\n", e.code());
  }
}

}  // namespace

int main() {
  const http::client c({.times = {.connect = std::chrono::milliseconds(20)}, .lookup = never});
  const http::request r{.to = http::parse_url("http://name.test/"), .body = "{}"};
  boost::asio::io_context io(1);
  boost::asio::co_spawn(io, ask(c, r), [](std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
  });
  io.run();
  return 0;
}
