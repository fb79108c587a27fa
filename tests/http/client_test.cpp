#include "http/client.hpp"

#include <functional>
#include <future>
#include <optional>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "exchange.hpp"

namespace asio = boost::asio;
namespace http = stook::http;
using namespace asking;
using namespace std::chrono_literals;

TEST_CASE("a request is sent as it is written, and the reply read") {
  std::string heard;
  fake::server s([&](fake::peer& p, int) {
    heard = p.hear();
    p.say(fake::reply("hello", "X-Mark: 7\r\n", 201));
  });
  const auto out = ask_once(http::client(), post(s, R"({"a":1})"));
  CHECK(out.code == "");
  CHECK(out.status == 201);
  CHECK(out.body == "hello");
  CHECK(heard ==
        fmt::format("POST /v1/x?q=secret-query HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer "
                    "secret-key\r\nContent-Length: 7\r\n\r\n{{\"a\":1}}",
                    s.port()));
}

TEST_CASE("bodies are chunked, of a length, or end with the connection") {
  fake::server s([](fake::peer& p, int n) {
    p.hear();
    if (n == 0)
      p.say(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: "
          "1\r\n\r\n");
    if (n == 1) p.say("HTTP/1.1 200 OK\r\n\r\nabcde");
    if (n == 2)
      p.say(
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
          "5\r\n\r\nabcde");
  });
  const http::client c;
  for (int i = 0; i < 3; ++i) {
    CAPTURE(i);
    const auto out = ask_once(c, post(s));
    CHECK(out.code == "");
    CHECK(out.body == "abcde");
  }
}

TEST_CASE("a connection is kept for the next request, and closed where its server asks for it") {
  fake::server s([](fake::peer& p, int n) {
    while (!p.hear().empty()) {
      p.say(fake::reply("x", n == 0 ? "" : "Connection: close\r\n"));
      if (n > 0) return;
    }
  });
  const http::client c;
  const auto all = ask(c, post(s), 5);
  for (const auto& out : all) CHECK(out.body == "x");
  CHECK(s.connections() == 1);
}

TEST_CASE("a kept connection that was closed meanwhile is replaced in silence") {
  fake::server s([](fake::peer& p, int) {
    p.hear();
    p.say(fake::reply("x"));
  });
  const auto all = ask(http::client(), post(s), 4);
  for (const auto& out : all) CHECK(out.body == "x");
  CHECK(s.connections() == 4);
}

TEST_CASE("a connection that was kept for too long is replaced") {
  fake::server s([](fake::peer& p, int) {
    while (!p.hear().empty()) p.say(fake::reply("x"));
  });
  const http::client c({.keep_for = 30ms});
  asio::io_context io(1);
  const http::request r = post(s);
  std::vector<outcome> all(3);
  const auto program = [&]() -> stook::task<void> {
    asio::steady_timer pause(io);
    for (outcome& out : all) {
      auto one = exchange(c, r, out);
      co_await std::move(one);
      if (&out == &all[0]) continue;
      pause.expires_after(60ms);
      auto waiting = pause.async_wait(asio::use_awaitable);
      co_await std::move(waiting);
    }
  };
  asio::co_spawn(io, program(), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
  for (const auto& out : all) CHECK(out.body == "x");
  CHECK(s.connections() == 2);
}

TEST_CASE("a connection of one event loop is never used in another") {
  fake::server s([](fake::peer& p, int) {
    while (!p.hear().empty()) p.say(fake::reply("x"));
  });
  const http::client c;
  CHECK(ask_once(c, post(s)).body == "x");
  CHECK(ask_once(c, post(s)).body == "x");
  CHECK(s.connections() == 2);
}

TEST_CASE("each time that runs out is named") {
  fake::server s([](fake::peer& p, int n) {
    p.hear();
    if (n == 1) p.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab");
    if (n == 2) {
      p.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
      while (p.say("x")) std::this_thread::sleep_for(10ms);
      return;
    }
    p.wait_for_close();
  });
  const http::client first({.times = {.first_byte = 50ms}});
  CHECK(ask_once(first, post(s)).text.find("50 ms for the reply's first byte") != std::string::npos);
  const http::client idle({.times = {.idle = 50ms}});
  const auto out = ask_once(idle, post(s));
  CHECK(out.code == "http.timeout");
  CHECK(out.began);
  CHECK(out.text.find("50 ms for the next piece") != std::string::npos);
  const http::client total({.times = {.total = 100ms}});
  CHECK(ask_once(total, post(s)).text.find("100 ms for the whole reply") != std::string::npos);
  const http::client connect({.times = {.connect = 50ms}});
  http::request secure = post(s);  // of whom this server knows nothing, so that the handshake never ends
  secure.to.tls = true;
  const auto late = ask_once(connect, secure);
  CHECK(late.code == "http.timeout");
  CHECK_FALSE(late.began);
  CHECK(late.retryable);
  CHECK(late.text.find("50 ms for the connection") != std::string::npos);
}

TEST_CASE("a server that takes no connection is given up") {
  const full_listener full({asio::ip::address_v4::loopback(), 0});
  const http::request r{.to = http::parse_url(fmt::format("http://127.0.0.1:{}", full.port()))};
  const auto late = ask_once(http::client({.times = {.connect = 50ms}}), r);
  CHECK(late.code == "http.timeout");
  CHECK(late.text.find("50 ms for the connection") != std::string::npos);
}

TEST_CASE("a body is whole however long it is, and in whatever pieces it comes") {
  std::vector<std::size_t> sizes{0, 1, 1000, 65'000, 65'600, 130'000, 200'000, 1'000'000};
  fake::server s([&](fake::peer& p, int) {
    for (const std::size_t size : sizes) {
      if (p.hear().empty()) return;
      const std::string body(size, 'x');
      p.say(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", size, body.substr(0, size / 3)));
      std::this_thread::sleep_for(1ms);
      p.say(body.substr(size / 3));
    }
  });
  const auto all = ask(http::client(), post(s), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) CHECK(all[i].body == std::string(sizes[i], 'x'));
  CHECK(s.connections() == 1);
}

TEST_CASE("all of a body is no more than was asked for") {
  for (const bool chunked : {false, true}) {
    CAPTURE(chunked);
    fake::server s([&](fake::peer& p, int) {
      p.hear();
      p.say(chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde");
    });
    for (const std::size_t most : {std::size_t(5), std::size_t(4)}) {
      asio::io_context io(1);
      const http::client c;
      const http::request r = post(s);
      std::string code;
      const auto program = [&]() -> stook::task<void> {
        auto sending = c.async_send(r);
        http::response reply = co_await std::move(sending);
        try {
          auto reading = reply.async_read_all(most);
          code = co_await std::move(reading);
        } catch (const http::transport_error& e) {
          code = e.code();
        }
      };
      asio::co_spawn(io, program(), [](std::exception_ptr e) { CHECK_FALSE(e); });
      io.run();
      CHECK(code == (most == 5 ? "abcde" : "http.too_large"));
    }
  }
}

TEST_CASE("a reply beyond a limit ends early") {
  fake::server s([](fake::peer& p, int n) {
    p.hear();
    if (n == 0) {
      p.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const std::string chunk = fmt::format("10000\r\n{}\r\n", std::string(0x10000, ' '));
      for (int i = 0; i < 30'000 && p.say(chunk); ++i) {
      }
    } else {
      p.say("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
      p.wait_for_close();
    }
  });
  const http::client c({.max_body_bytes = 1U << 20U});
  CHECK(ask_once(c, post(s)).code == "http.too_large");
  CHECK(ask_once(c, post(s)).code == "http.too_large");
}

TEST_CASE("a connection that breaks says how far it came") {
  fake::server s([](fake::peer& p, int n) {
    p.hear();
    if (n == 0) p.reset();
    if (n == 1) p.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab");
    if (n == 2) p.say("<html>no http</html>\r\n\r\n");
  });
  const http::client c;
  auto out = ask_once(c, post(s));
  CHECK(out.code == "http.reset");
  CHECK_FALSE(out.began);
  out = ask_once(c, post(s));
  CHECK(out.code == "http.reset");
  CHECK(out.began);
  CHECK(ask_once(c, post(s)).code == "http.protocol");
}
