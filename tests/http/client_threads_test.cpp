#include <atomic>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "http/client.hpp"
#include "support/fake_server.hpp"

namespace asio = boost::asio;
namespace http = stook::http;
using namespace std::chrono_literals;

namespace {

// Answers on all of its connections at once, on each third one so late in between that some do not wait.
class crowd_server {
 public:
  crowd_server() {
    asio::co_spawn(io_, accept(), [](std::exception_ptr) {});
    thread_ = std::thread([this] { io_.run(); });
  }
  ~crowd_server() {
    io_.stop();
    thread_.join();
  }
  std::string base() const { return fmt::format("http://127.0.0.1:{}", acceptor_.local_endpoint().port()); }

 private:
  stook::task<void> accept() {
    for (int n = 0;; ++n) {
      auto accepting = acceptor_.async_accept(asio::use_awaitable);
      asio::ip::tcp::socket s = co_await std::move(accepting);
      asio::co_spawn(io_, talk(std::move(s), n % 3 == 0), [](std::exception_ptr) {});
    }
  }
  stook::task<void> talk(asio::ip::tcp::socket s, bool pauses) {
    std::string heard;
    const std::string says = fake::reply("x");
    for (int i = 0;; ++i) {
      auto reading =
          asio::async_read_until(s, asio::dynamic_buffer(heard), "\r\n\r\n{}", asio::use_awaitable);
      const std::size_t got = co_await std::move(reading);
      heard.erase(0, got);
      asio::steady_timer pause(io_, pauses && i == 2 ? 30ms : 0ms);
      auto waiting = pause.async_wait(asio::use_awaitable);
      co_await std::move(waiting);
      auto writing = asio::async_write(s, asio::buffer(says), asio::use_awaitable);
      co_await std::move(writing);
    }
  }

  asio::io_context io_{1};
  asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

struct tally {
  std::atomic<int> good = 0, late = 0, odd = 0;
};

stook::task<void> ask(const http::client& c, const http::request& r, int times, tally& t) {
  for (int i = 0; i < times; ++i) {
    try {
      auto sending = c.async_send(r);
      http::response reply = co_await std::move(sending);
      auto reading = reply.async_read_all();
      const std::string_view body = co_await std::move(reading);
      ++(body == "x" ? t.good : t.odd);
    } catch (const http::transport_error& e) {
      ++(e.code() == "http.timeout" ? t.late : t.odd);
    }
  }
}

}  // namespace

TEST_CASE("coroutines of a pool share a client, with and without strands of their own") {
  const crowd_server s;
  const http::client patient, hasty({.times = {.first_byte = 5ms}});
  const http::request r{.to = http::parse_url(s.base() + "/v1/x"), .body = "{}"};
  tally waits, hurries;
  asio::thread_pool pool(4);
  for (int i = 0; i < 12; ++i) {
    const asio::any_io_executor on =
        i % 2 == 0 ? asio::any_io_executor(pool.get_executor())
                   : asio::any_io_executor(asio::make_strand(asio::any_io_executor(pool.get_executor())));
    asio::co_spawn(on, ask(i % 4 < 2 ? patient : hasty, r, 20, i % 4 < 2 ? waits : hurries),
                   [](std::exception_ptr e) { CHECK_FALSE(e); });
  }
  pool.join();
  CHECK(waits.good == 120);
  CHECK(hurries.good + hurries.late == 120);
  CHECK(waits.odd + hurries.odd == 0);
  CHECK(hurries.good > 0);
}
