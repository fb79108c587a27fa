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

outcome told(std::string bytes, http::client_options options = {}) {
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

TEST_CASE("a header that comes byte by byte has one time for all of it") {
  fake::server s([](fake::peer& p, int n) {
    p.hear();
    for (int i = 0; i < 100; ++i) {
      if (!p.say(n == 0 ? (i == 0 ? "HTTP/1.1 200 OK\r\nX: " : "x") : "HTTP/1.1 103 Early Hints\r\n\r\n"))
        return;
      if (p.closes_within(20ms)) return;
    }
    p.say(n == 0 ? "\r\nContent-Length: 0\r\n\r\n" : fake::reply("x"));
  });
  const http::client c({.times = {.first_byte = 100ms}});
  for (int i = 0; i < 2; ++i) {
    CAPTURE(i);
    const auto out = ask_once(c, post(s));
    CHECK(out.code == "http.timeout");
    CHECK(out.text.find("100 ms for the reply's") != std::string::npos);
  }
}

TEST_CASE("a server that changes the protocol unasked is told so") {
  const auto out = told("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x01\x02\x03\r\n\r\n");
  CHECK(out.code == "http.protocol");
}

TEST_CASE("a refusal that comes while the request is still being sent is the reply") {
  fake::server s([](fake::peer& p, int) {
    char some[1000];
    p.socket.read_some(asio::buffer(some));
    p.say(fake::reply("too large", "Connection: close\r\n", 413));
    // what is left unread makes closing it a reset
  });
  const std::string much(8U << 20U, 'x');
  const auto out = ask_once(http::client(), post(s, much));
  CHECK(out.status == 413);
  CHECK(out.body == "too large");
}

TEST_CASE("lengths that contradict each other are no reply") {
  const std::string rest = "\r\n\r\nabcde";
  for (const std::string lengths :
       {"Content-Length: 5\r\nContent-Length: 3", "Content-Length: 3, 5", "Content-Length: -1",
        "Content-Length: +5", "Content-Length: 0x5", "Content-Length: 99999999999999999999",
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked, chunked", "Content-Length : 5", "Transfer-Encoding: gzip",
        "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, gzip"}) {
    CAPTURE(lengths);
    const auto out = told(fmt::format("HTTP/1.1 200 OK\r\n{}{}", lengths, rest));
    CHECK(out.code == "http.protocol");
  }
}

TEST_CASE("a connection with something left on it serves no other request") {
  for (const std::string more :
       {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
        "HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nHTTP/1.1 500 X\r\n\r\n"}) {
    CAPTURE(more);
    fake::server s([&](fake::peer& p, int) {
      while (!p.hear().empty()) p.say(more);
    });
    for (const auto& out : ask(http::client(), post(s), 3)) CHECK(out.code == "");
    CHECK(s.connections() == 3);
  }
}

TEST_CASE("chunks that are none are no body") {
  for (const std::string chunks :
       {"-1\r\na\r\n0\r\n\r\n", "ffffffffffffffffff\r\na\r\n", "1\r\nab\r\n0\r\n\r\n", "1\na\n0\n\n", "\r\na",
        "0x1\r\na\r\n0\r\n\r\n", " 1\r\na\r\n0\r\n\r\n", "1;a=\"\r\n\"\r\na\r\n0\r\n\r\n",
        "1\r\na\r\n0\r\nContent-Length: 1\r\n\r\n", "1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    CAPTURE(chunks);
    const auto out = told(fmt::format("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", chunks));
    CHECK(out.code != "");
  }
}

TEST_CASE("what was read as a whole stays, whatever is read behind it and asked beside it") {
  fake::server s(
      [](fake::peer& p, int) {
        for (int i = 0; !p.hear().empty(); ++i) p.say(fake::reply(i == 0 ? "first" : "other", "", 200 + i));
      },
      fake::server::serving::at_once);
  const http::client c;
  const http::request r = post(s);
  outcome beside;
  run([&]() -> stook::task<void> {
    auto sending = c.async_send(r);
    http::response reply = co_await std::move(sending);
    auto reading = reply.async_read_all();
    const std::string_view body = co_await std::move(reading);
    auto more = reply.async_read_some();
    const std::string_view nothing = co_await std::move(more);
    CHECK(nothing.empty());
    auto other = exchange(c, r, beside);
    co_await std::move(other);
    CHECK(body == "first");
  });
}

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
  fake::server s([](fake::peer& p, int) {
    p.hear();
    p.say(fake::reply("x"));
  });
  const full_listener full({asio::ip::make_address("127.0.0.2"), s.port()});
  const auto lookup = [](const std::string&) {
    return std::vector<asio::ip::address>{asio::ip::make_address("127.0.0.2"),
                                          asio::ip::make_address("127.0.0.1")};
  };
  http::request r = post(s);
  r.to.host = "two.test";
  const auto out = ask_once(http::client({.times = {.connect = 400ms}, .lookup = lookup}), r);
  CHECK(out.body == "x");
}
