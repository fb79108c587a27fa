#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "http/client.hpp"
#include "support/fake_server.hpp"

namespace asio = boost::asio;
namespace http = stook::http;
using namespace std::chrono_literals;

namespace {

// Answers on all of its connections at once, to the third request of each so late that some do not wait.
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
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  stook::task<void> accept() {
    for (;;) {
      auto accepting = acceptor_.async_accept(asio::use_awaitable);
      asio::ip::tcp::socket s = co_await std::move(accepting);
      asio::co_spawn(io_, talk(std::move(s)), [](std::exception_ptr) {});
    }
  }
  stook::task<void> talk(asio::ip::tcp::socket s) {
    std::string heard;
    const std::string says = fake::reply("x");
    for (int i = 0;; ++i) {
      auto reading =
          asio::async_read_until(s, asio::dynamic_buffer(heard), "\r\n\r\n{}", asio::use_awaitable);
      const std::size_t got = co_await std::move(reading);
      heard.erase(0, got);
      asio::steady_timer pause(io_, i == 2 ? 30ms : 0ms);
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
  std::atomic<int> good = 0, late = 0, cancelled = 0, odd = 0;
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
    } catch (const boost::system::system_error& e) {
      ++(e.code() == asio::error::operation_aborted ? t.cancelled : t.odd);
      co_return;  // what it asked now would be cancelled as well
    }
  }
}

constexpr int endlessly = 1'000'000;

// An event loop that several threads run, with coroutines on strands of it.
class busy_loop {
 public:
  explicit busy_loop(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  // Also amid requests.
  ~busy_loop() {
    io_.stop();
    join();
  }
  void ask(const http::client& c, const http::request& r, int times, tally& t) {
    asio::co_spawn(asio::make_strand(io_), ::ask(c, r, times, t), no_error);
  }
  void ask_until(std::chrono::milliseconds end, const http::client& c, const http::request& r, tally& t) {
    const auto on = asio::make_strand(io_);
    asio::cancellation_signal& stop = stops_.emplace_back();
    asio::co_spawn(on, ::ask(c, r, endlessly, t), asio::bind_cancellation_slot(stop.slot(), no_error));
    const auto timer = std::make_shared<asio::steady_timer>(on, end);
    asio::post(on, [timer, &stop] {
      timer->async_wait(
          [timer, &stop](boost::system::error_code) { stop.emit(asio::cancellation_type::terminal); });
    });
  }
  // Until nothing is left to do.
  void join() {
    open_.reset();
    for (std::thread& one : threads_) one.join();
    threads_.clear();
  }

 private:
  static void no_error(std::exception_ptr e) { CHECK_FALSE(e); }

  asio::io_context io_;
  std::deque<asio::cancellation_signal> stops_;  // they hold strands of it
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> open_{io_.get_executor()};
  std::vector<std::thread> threads_;
};

http::request to(const crowd_server& s, std::string_view host) {
  return {.to = http::parse_url(fmt::format("http://{}:{}/v1/x", host, s.port())), .body = "{}"};
}

}  // namespace

TEST_CASE("coroutines of a pool share a client, with and without strands of their own") {
  const crowd_server s;
  const http::client patient, hasty({.times = {.first_byte = 5ms}});
  const http::request r = to(s, "127.0.0.1");
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

TEST_CASE(
    "loops of one thread and of several share a client, while requests run late, are cancelled, and loops "
    "end") {
  const crowd_server s;
  std::atomic<int> lookups = 0;
  const auto lookup = [&](const std::string&) {
    ++lookups;
    return std::vector<asio::ip::address>{asio::ip::address_v4::loopback()};
  };
  const http::client patient({.idle_connections = 3, .lookup = lookup});
  const http::client hasty({.times = {.first_byte = 5ms}, .lookup = lookup});
  const http::request r = to(s, "crowd.test");
  tally waits, hurries, stopped, dropped;
  {
    std::deque<busy_loop> loops;
    for (const int threads : {1, 2, 3}) {
      busy_loop& loop = loops.emplace_back(threads);
      for (int i = 0; i < 6; ++i) {
        loop.ask(patient, r, 10, waits);
        loop.ask(hasty, r, 10, hurries);
        loop.ask_until(std::chrono::milliseconds(1 + 3 * i), i % 2 == 0 ? patient : hasty, r, stopped);
      }
    }
    for (int i = 0; i < 5; ++i) {
      busy_loop brief(2);
      for (int k = 0; k < 6; ++k) brief.ask(k % 2 == 0 ? patient : hasty, r, endlessly, dropped);
      std::this_thread::sleep_for(3ms);
    }
    for (busy_loop& loop : loops) loop.join();
  }
  CHECK(waits.good == 180);
  CHECK(hurries.good + hurries.late == 180);
  CHECK(hurries.late > 0);
  CHECK(stopped.cancelled == 18);
  CHECK(waits.odd + hurries.odd + stopped.odd + dropped.odd == 0);
  CHECK(lookups > 18);
}

TEST_CASE("a strand that is busy keeps no time of others waiting") {
  fake::server silent(
      [](fake::peer& p, int) {
        p.hear();
        p.wait_for_close();
      },
      fake::server::serving::at_once);
  const http::client hasty({.times = {.first_byte = 50ms}});
  const http::request r{.to = http::parse_url(silent.base()), .body = "{}"};
  asio::thread_pool pool(2);
  const auto busy = asio::make_strand(pool);
  tally first, second;
  std::promise<void> goes_on;
  asio::co_spawn(busy, ask(hasty, r, 1, first), [&](std::exception_ptr) { goes_on.get_future().wait(); });
  const auto began = std::chrono::steady_clock::now();
  while (first.late == 0) std::this_thread::sleep_for(1ms);
  asio::co_spawn(asio::make_strand(pool), ask(hasty, r, 1, second), [](std::exception_ptr) {});
  while (second.late == 0 && std::chrono::steady_clock::now() - began < 5s) std::this_thread::sleep_for(1ms);
  CHECK(second.late == 1);
  goes_on.set_value();
  pool.join();
}
