// Servers that break the rules, or just keep to them to the letter.

#include "http/client.hpp"

#include <functional>
#include <vector>

#include <fcntl.h>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "exchange.hpp"

namespace asio = boost::asio;
namespace http = stook::http;
using namespace asking;
using namespace std::chrono_literals;

namespace {

[[maybe_unused]] outcome told(std::string bytes, http::client_options options = {}) {
  fake::server s([&](fake::peer& p, int) {
    p.hear();
    p.say(bytes);
  });
  return ask_once(http::client(std::move(options)), post(s));
}

void run(const std::function<stook::task<void>()>& program) {
  asio::io_context io(1);
  asio::co_spawn(io, program(), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
}

}  // namespace

TEST_CASE("no connection is handed on to programs that are started") {
  fake::server s([](fake::peer& p, int) {
    while (!p.hear().empty()) p.say(fake::reply("x"));
  });
  const http::client c;
  const http::request r = post(s);
  run([&]() -> stook::task<void> {
    outcome out;
    auto one = exchange(c, r, out);
    co_await std::move(one);
    int found = 0;
    for (int fd = 0; fd < 256; ++fd) {
      sockaddr_in to{};
      socklen_t size = sizeof to;
      if (::getpeername(fd, reinterpret_cast<sockaddr*>(&to), &size) != 0) continue;
      if (to.sin_family != AF_INET || ntohs(to.sin_port) != s.port()) continue;
      ++found;
      CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    }
    CHECK(found == 1);
  });
}

TEST_CASE("a silent address leaves time for the next one") {
  asio::io_context io(1);
  fake::server s([](fake::peer& p, int) {
    p.hear();
    p.say(fake::reply("x"));
  });
  asio::ip::tcp::acceptor full(io);
  full.open(asio::ip::tcp::v4());
  full.bind({asio::ip::make_address("127.0.0.2"), s.port()});
  full.listen(0);
  std::vector<asio::ip::tcp::socket> before;
  for (int i = 0; i < 4; ++i) {
    before.emplace_back(io);
    before.back().async_connect(full.local_endpoint(), [](boost::system::error_code) {});
  }
  io.poll();
  const auto lookup = [](const std::string&) {
    return std::vector<asio::ip::address>{asio::ip::make_address("127.0.0.2"),
                                          asio::ip::make_address("127.0.0.1")};
  };
  http::request r = post(s);
  r.to.host = "two.test";
  const auto out = ask_once(http::client({.times = {.connect = 400ms}, .lookup = lookup}), r);
  CHECK(out.body == "x");
}
