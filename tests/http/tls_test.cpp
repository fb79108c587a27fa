#include "http/client.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <netinet/tcp.h>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "support/certificates.hpp"

namespace asio = boost::asio;
namespace http = stook::http;
using certificates::identity;
using certificates::issue;
using certificates::pem_of;

namespace {

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Serves one connection with this identity: by a script, or a request and its reply.
class tls_server {
 public:
  using stream = asio::ssl::stream<asio::ip::tcp::socket>;
  using script = std::function<void(stream&)>;

  explicit tls_server(const identity& who, script s = {})
      : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}),
        tls_(asio::ssl::context::tls_server),
        script_(std::move(s)) {
    const std::string certificate = pem_of(who.certificate.get()), key = pem_of(who.key.get());
    tls_.use_certificate_chain(asio::buffer(certificate));
    tls_.use_private_key(asio::buffer(key), asio::ssl::context::pem);
    thread_ = std::thread([this] { serve(); });
  }
  ~tls_server() { thread_.join(); }
  http::url at(const std::string& host) const {
    return {.tls = true, .host = host, .port = acceptor_.local_endpoint().port(), .target = "/"};
  }
  asio::ssl::context& context() { return tls_; }
  std::string heard;

 private:
  void serve() {
    stream s(acceptor_.accept(), tls_);
    boost::system::error_code ec;
    s.handshake(asio::ssl::stream_base::server, ec);
    if (!ec) asio::read_until(s, asio::dynamic_buffer(heard), "\r\n\r\n", ec);
    if (!ec && script_) script_(s);
    if (!ec && !script_) asio::write(s, asio::buffer(ok), ec);
    // what is closed with something unread takes back what was said last
    char unread = 0;
    boost::system::error_code closed;
    while (ec && !closed) s.next_layer().read_some(asio::buffer(&unread, 1), closed);
    s.next_layer().close(ec);
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  asio::ssl::context tls_;
  script script_;
  std::thread thread_;
};

struct temporary_file {
  explicit temporary_file(const std::string& text)
      : path((std::filesystem::temp_directory_path() / ("stook-ca-" + std::to_string(::getpid()) + ".pem"))
                 .string()) {
    std::ofstream(path) << text;
  }
  ~temporary_file() { std::remove(path.c_str()); }
  std::string path;
};

stook::task<void> fetch(const http::client& c, const http::request& r, std::string& out) {
  try {
    auto sending = c.async_send(r);
    http::response reply = co_await std::move(sending);
    auto reading = reply.async_read_all();
    out = co_await std::move(reading);
  } catch (const stook::error& e) {
    out = e.code() + ": " + e.what();
  }
}

stook::task<void> fetch_each(const http::client& c, const http::request& r, std::vector<std::string>& all) {
  for (std::string& out : all) {
    auto one = fetch(c, r, out);
    co_await std::move(one);
  }
}

std::vector<std::string> get(const http::client& c, const http::url& from, std::size_t times) {
  asio::io_context io(1);
  const http::request r{.method = "GET", .to = from};
  std::vector<std::string> all(times);
  asio::co_spawn(io, fetch_each(c, r, all), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
  return all;
}

std::string get(const http::client& c, const http::url& from) { return get(c, from, 1).front(); }

}  // namespace

TEST_CASE("a server is trusted by its authority, its name and its dates, and by nothing else") {
  const identity authority = issue("test authority", "", nullptr, 10);
  const identity other_authority = issue("another authority", "", nullptr, 10);
  const temporary_file ca(pem_of(authority.certificate.get()));
  const http::client client({.ca_file = ca.path});
  SUBCASE("right name") {
    const identity right = issue("localhost", "DNS:localhost", &authority, 10);
    const tls_server s(right);
    CHECK(get(client, s.at("localhost")) == "ok");
  }
  SUBCASE("right address") {
    const identity right = issue("local", "IP:127.0.0.1", &authority, 10);
    const tls_server s(right);
    CHECK(get(client, s.at("127.0.0.1")) == "ok");
  }
  SUBCASE("wrong name") {
    const identity wrong = issue("example.com", "DNS:example.com", &authority, 10);
    const tls_server s(wrong);
    CHECK(get(client, s.at("localhost")).starts_with("http.tls: "));
    CHECK(s.heard == "");
  }
  SUBCASE("expired") {
    const identity old = issue("localhost", "DNS:localhost", &authority, -1);
    const tls_server s(old);
    const std::string out = get(client, s.at("localhost"));
    CHECK(out.starts_with("http.tls: "));
    CHECK(out.find("expired") != std::string::npos);
  }
  SUBCASE("self-signed") {
    const identity self = issue("localhost", "DNS:localhost", nullptr, 10);
    const tls_server s(self);
    CHECK(get(client, s.at("localhost")).starts_with("http.tls: "));
  }
  SUBCASE("of another authority") {
    const identity foreign = issue("localhost", "DNS:localhost", &other_authority, 10);
    const tls_server s(foreign);
    CHECK(get(client, s.at("localhost")).starts_with("http.tls: "));
  }
  SUBCASE("by the system's authorities") {
    const identity right = issue("localhost", "DNS:localhost", &authority, 10);
    const tls_server s(right);
    CHECK(get(http::client(), s.at("localhost")).starts_with("http.tls: "));
  }
}

TEST_CASE("a file of authorities that cannot be read is named at once") {
  CHECK_THROWS_WITH_AS(http::client({.ca_file = "/no/such/file.pem"}), doctest::Contains("/no/such/file.pem"),
                       stook::error);
}

TEST_CASE("what a server says unasked behind a reply is nobody's reply, through TLS as well") {
  const identity authority = issue("test authority", "", nullptr, 10);
  const temporary_file ca(pem_of(authority.certificate.get()));
  const identity right = issue("localhost", "DNS:localhost", &authority, 10);
  const tls_server s(right, [](tls_server::stream& to) {
    // both records arrive with one read of the socket
    const auto hold = [&](int on) {
      ::setsockopt(to.next_layer().native_handle(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    };
    boost::system::error_code ec;
    hold(1);
    asio::write(to, asio::buffer(ok), ec);
    asio::write(to, asio::buffer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nunasked"), ec);
    hold(0);
    char c = 0;
    while (!ec) to.read_some(asio::buffer(&c, 1), ec);
  });
  const auto all = get(http::client({.ca_file = ca.path}), s.at("localhost"), 2);
  CHECK(all[0] == "ok");
  CHECK(all[1].find("unasked") == std::string::npos);
}

TEST_CASE("a server that wants a certificate of the client's is an error of TLS") {
  const identity authority = issue("test authority", "", nullptr, 10);
  const temporary_file ca(pem_of(authority.certificate.get()));
  const identity right = issue("localhost", "DNS:localhost", &authority, 10);
  tls_server s(right);
  s.context().set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  const std::string out = get(http::client({.ca_file = ca.path}), s.at("localhost"));
  CHECK(out.starts_with("http.tls: "));
}

TEST_CASE("times, cancellation and an end that was cut hold through TLS") {
  const identity authority = issue("test authority", "", nullptr, 10);
  const temporary_file ca(pem_of(authority.certificate.get()));
  const identity right = issue("localhost", "DNS:localhost", &authority, 10);
  const auto answering = [](std::string_view words, bool holds) {
    return [words, holds](tls_server::stream& to) {
      boost::system::error_code ec;
      asio::write(to, asio::buffer(words), ec);
      char c = 0;
      while (holds && !ec) to.read_some(asio::buffer(&c, 1), ec);
    };
  };
  const std::string_view half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab";
  SUBCASE("a body that stops") {
    const tls_server s(right, answering(half, true));
    const http::client c({.times = {.idle = std::chrono::milliseconds(50)}, .ca_file = ca.path});
    CHECK(get(c, s.at("localhost")).starts_with("http.timeout: "));
  }
  SUBCASE("a body that is not ended by TLS, whoever closed the connection") {
    const tls_server s(right, answering("HTTP/1.1 200 OK\r\n\r\nall of it?", false));
    CHECK(get(http::client({.ca_file = ca.path}), s.at("localhost")).starts_with("http.reset: "));
  }
  SUBCASE("a request that is cancelled") {
    const tls_server s(right, answering(half, true));  // ends once the connection is closed
    const http::client c({.ca_file = ca.path});
    const http::request r{.method = "GET", .to = s.at("localhost")};
    asio::io_context io(1);
    asio::cancellation_signal stop;
    std::exception_ptr thrown;
    std::string out;
    asio::co_spawn(io, fetch(c, r, out),
                   asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e) { thrown = e; }));
    asio::steady_timer later(io, std::chrono::milliseconds(50));
    later.async_wait([&](boost::system::error_code) { stop.emit(asio::cancellation_type::terminal); });
    io.run();
    REQUIRE(thrown);
    CHECK_THROWS_WITH_AS(std::rethrow_exception(thrown), doctest::Contains("canceled"),
                         boost::system::system_error);
  }
}
