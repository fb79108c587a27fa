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
#include <boost/system/system_error.hpp>

#include "exchange.hpp"

namespace asio = boost::asio;
namespace http = stook::http;
using namespace asking;
using namespace std::chrono_literals;

TEST_CASE("nobody listening, and no such name, are http.connect") {
  http::request r;
  {
    const fake::server s([](fake::peer&, int) {});
    r = post(s);
  }
  CHECK(ask_once(http::client(), r).code == "http.connect");
  r.to.host = "no-such-host.invalid";
  const auto out = ask_once(http::client(), r);
  CHECK(out.code == "http.connect");
  CHECK(out.text.find("secret") == std::string::npos);
}

TEST_CASE("cancellation closes the connection") {
  std::atomic<bool> closed = false;
  fake::server s([&](fake::peer& p, int) {
    p.hear();
    p.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
    p.wait_for_close();
    closed = true;
  });
  const http::client c;
  const http::request r = post(s);
  asio::io_context io(1);
  asio::cancellation_signal signal;
  outcome out;
  asio::co_spawn(io, exchange(c, r, out),
                 asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  asio::steady_timer timer(io, 50ms);
  timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
  io.run();
  CHECK(out.code == "aborted");
  for (int i = 0; i < 2000 && !closed; ++i) std::this_thread::sleep_for(1ms);
  CHECK(closed);
}

TEST_CASE("a reply that is let go of closes its connection") {
  std::atomic<bool> closed = false;
  fake::server s([&](fake::peer& p, int) {
    p.hear();
    p.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab");
    p.wait_for_close();
    closed = true;
  });
  asio::io_context io(1);
  const http::client c;
  const http::request r = post(s);
  const auto program = [&]() -> stook::task<void> {
    auto sending = c.async_send(r);
    http::response reply = co_await std::move(sending);
    auto reading = reply.async_read_some();
    const std::string_view piece = co_await std::move(reading);
    CHECK(piece == "ab");
  };
  asio::co_spawn(io, program(), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
  for (int i = 0; i < 2000 && !closed; ++i) std::this_thread::sleep_for(1ms);
  CHECK(closed);
}

TEST_CASE("redirects are given as they are, and not followed") {
  fake::server s([](fake::peer& p, int) {
    p.hear();
    p.say(fake::reply("", "Location: http://127.0.0.1:1/\r\n", 302));
  });
  CHECK(ask_once(http::client(), post(s)).status == 302);
  CHECK(s.connections() == 1);
}

TEST_CASE("what would end a line is refused before anything is sent") {
  fake::server s([](fake::peer&, int) {});
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"X", "a\r\nY: b"}, {"X", std::string("a\0b", 3)}, {"X\r\nY", "a"}, {"X: ", "a"}, {"", "a"}}) {
    auto r = post(s);
    r.headers.push_back({name, value});
    CHECK(ask_once(http::client(), r).code == "bad_request");
  }
  auto r = post(s);
  r.to.target = "/a HTTP/1.1\r\nX: y";
  CHECK(ask_once(http::client(), r).code == "bad_request");
  r = post(s);
  r.method = "GET /";
  CHECK(ask_once(http::client(), r).code == "bad_request");
  CHECK(s.connections() == 0);
}

TEST_CASE("rules of egress hold for the name and again for the address") {
  fake::server s([](fake::peer& p, int) {
    p.hear();
    p.say(fake::reply("x"));
  });
  auto r = post(s);
  CHECK(ask_once(http::client({.egress = {.allowed = {"example.com"}}}), r).code == "http.blocked");
  CHECK(ask_once(http::client({.egress = {.allow_private = false}}), r).code == "http.blocked");
  r.to.host = "localhost";
  CHECK(ask_once(http::client({.egress = {.allow_private = false}}), r).code == "http.blocked");
  CHECK(s.connections() == 0);
  CHECK(ask_once(http::client({.egress = {.allowed = {"127.0.0.0/8"}}}), r).body == "x");
}

TEST_CASE("a proxy is asked only where it is configured") {
  std::string heard;
  fake::server proxy([&](fake::peer& p, int) {
    heard = p.hear();
    if (heard.starts_with("CONNECT")) {
      p.say("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    } else {
      p.say(fake::reply("by proxy"));
    }
  });
  const http::client c({.proxy = proxy.base()});
  http::request r{.to = http::parse_url("http://example.invalid/a"), .body = ""};
  CHECK(ask_once(c, r).body == "by proxy");
  CHECK(heard.starts_with("POST http://example.invalid/a HTTP/1.1\r\nHost: example.invalid\r\n"));
  r.to = http::parse_url("https://example.invalid/a");
  CHECK(ask_once(c, r).code == "http.connect");
  CHECK(heard.starts_with("CONNECT example.invalid:443 HTTP/1.1\r\n"));
  r.to = http::parse_url("https://[2001:db8::1]/a");
  CHECK(ask_once(c, r).code == "http.connect");
  CHECK(heard.starts_with("CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n"));
  r.to = http::parse_url("http://[2001:db8::1]:8080/a");
  CHECK(ask_once(c, r).body == "by proxy");
  CHECK(heard.starts_with("POST http://[2001:db8::1]:8080/a HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n"));
  CHECK_THROWS_AS(http::client({.proxy = "https://p"}), stook::error);
}

TEST_CASE("what stands between the pieces of a body is bounded as well") {
  fake::server s([](fake::peer& p, int n) {
    p.hear();
    const std::string much(1U << 20U, 'x');
    p.say(n == 0 ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"
                 : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: ");
    for (int i = 0; i < 64 && p.say(much); ++i) {
    }
  });
  const http::client c({.times = {.idle = 20s}});
  for (int i = 0; i < 2; ++i) {
    CAPTURE(i);
    CHECK(ask_once(c, post(s)).code == "http.too_large");
  }
}

TEST_CASE("what a server says unasked on a kept connection is nobody's reply") {
  std::promise<void> replied, said;
  fake::server s([&](fake::peer& p, int n) {
    p.hear();
    p.say(fake::reply("asked"));
    if (n > 0) return;
    replied.get_future().wait();
    p.say(fake::reply("unasked", "", 408));
    said.set_value();
    p.wait_for_close();
  });
  asio::io_context io(1);
  const http::client c;
  const http::request r = post(s);
  outcome one, two;
  const auto program = [&]() -> stook::task<void> {
    auto first = exchange(c, r, one);
    co_await std::move(first);
    replied.set_value();
    said.get_future().wait();
    auto second = exchange(c, r, two);
    co_await std::move(second);
  };
  asio::co_spawn(io, program(), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
  CHECK(one.body == "asked");
  CHECK(two.status == 200);
  CHECK(two.body == "asked");
}

TEST_CASE("a kept connection that closes upon a request is replaced once, and a new one not at all") {
  fake::server s([](fake::peer& p, int n) {
    p.hear();
    if (n > 0) return;
    p.say(fake::reply("x"));
    p.hear();
  });
  const auto all = ask(http::client(), post(s), 2);
  CHECK(all[0].body == "x");
  CHECK(all[1].code == "http.reset");
  CHECK_FALSE(all[1].began);
  CHECK(s.connections() == 2);
}

TEST_CASE("a proxy is no way around the rules of egress") {
  fake::server proxy([](fake::peer& p, int) {
    p.hear();
    p.say(fake::reply("by proxy"));
  });
  const auto code_of = [&](http::egress_rules rules, std::string_view to) {
    const http::client c({.proxy = proxy.base(), .egress = std::move(rules)});
    return ask_once(c, {.to = http::parse_url(to), .body = ""}).code;
  };
  CHECK(code_of({.allowed = {"10.0.0.0/8"}}, "http://example.invalid/") == "http.blocked");
  CHECK(code_of({.allowed = {"10.0.0.0/8"}}, "http://192.0.2.1/") == "http.blocked");
  CHECK(code_of({.allow_private = false}, "http://169.254.169.254/") == "http.blocked");
  CHECK(code_of({.allow_private = false}, "http://[::ffff:127.0.0.1]/") == "http.blocked");
  CHECK(proxy.connections() == 0);
  CHECK(code_of({.allowed = {"10.0.0.0/8"}}, "http://10.0.0.1/") == "");
  CHECK(code_of({.allowed = {"example.invalid"}, .allow_private = false}, "http://example.invalid/") == "");
}

TEST_CASE("how long a request is and where it goes is said once, by the client") {
  fake::server s([](fake::peer&, int) {});
  for (const char* name : {"Content-Length", "transfer-encoding", "HOST"}) {
    auto r = post(s);
    r.headers.push_back({name, "1"});
    CHECK(ask_once(http::client(), r).code == "bad_request");
  }
  CHECK(s.connections() == 0);
}
