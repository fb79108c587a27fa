#include "http/deadlines.hpp"

#include <functional>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace asio = boost::asio;
using asio::ip::tcp;
using stook::http::deadlines;
using namespace std::chrono_literals;

namespace {

// Two ends of one connection.
struct pair_of_sockets {
  explicit pair_of_sockets(asio::io_context& io) : near(io), far(io) {
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    near.connect(acceptor.local_endpoint());
    acceptor.accept(far);
  }
  tcp::socket near, far;
  char byte = 0;
};

auto in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

}  // namespace

TEST_CASE("whose time is over is shut down, and nobody else") {
  asio::io_context io(1);
  auto& all = asio::use_service<deadlines>(io);
  std::vector<std::unique_ptr<pair_of_sockets>> sockets;
  std::vector<std::unique_ptr<deadlines::guard>> guards;
  std::vector<int> ended;
  // the second one is due before the timer that the first one set, and the third one never
  const std::vector<std::chrono::milliseconds> times{60ms, 20ms, 3'600'000ms};
  for (int i = 0; i < 3; ++i) {
    auto& one = *sockets.emplace_back(std::make_unique<pair_of_sockets>(io));
    guards.push_back(std::make_unique<deadlines::guard>(all, one.near, io.get_executor(),
                                                        in(times[static_cast<size_t>(i)])));
    one.near.async_receive(asio::buffer(&one.byte, 1), [&, i](boost::system::error_code ec, std::size_t) {
      CHECK((i == 2) == !ec);
      CHECK(guards[static_cast<std::size_t>(i)]->end() == (i < 2));
      ended.push_back(i);
      if (i == 0) sockets[2]->far.send(asio::buffer("x", 1));
    });
  }
  io.run();  // does not wait for the hour to pass
  CHECK(ended == std::vector<int>{1, 0, 2});
}

TEST_CASE("what begins after its time fails, for a socket that was shut down stays so") {
  asio::io_context io(1);
  pair_of_sockets s(io);
  deadlines::guard in_time(asio::use_service<deadlines>(io), s.near, io.get_executor(), in(5ms));
  io.run();
  boost::system::error_code ec;
  CHECK(s.near.receive(asio::buffer(&s.byte, 1), {}, ec) == 0);
  CHECK(ec == asio::error::eof);
  CHECK(in_time.end());
  CHECK(in_time.end());
}

// Another thread may see to the time while this one is between the guard and the connecting.
TEST_CASE("a socket that connects after its time is shut down as well") {
  asio::io_context io(1);
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  tcp::socket late(io);
  late.open(tcp::v4());
  deadlines::guard in_time(asio::use_service<deadlines>(io), late, io.get_executor(), in(-1ms));
  CHECK(io.run_for(20ms) > 0);
  char byte = 0;
  boost::system::error_code failed;
  late.connect(acceptor.local_endpoint());
  late.async_receive(asio::buffer(&byte, 1), [&](boost::system::error_code ec, std::size_t) { failed = ec; });
  io.restart();
  io.run_for(5s);
  CHECK(failed);
  CHECK(in_time.end());
}

TEST_CASE("one timer serves operations that follow upon each other") {
  asio::io_context io(1);
  auto& all = asio::use_service<deadlines>(io);
  pair_of_sockets s(io);
  const asio::any_io_executor on = io.get_executor();
  int turns = 0;
  std::function<void()> next = [&] {
    deadlines::guard in_time(all, s.near, on, in(3'600'000ms));
    CHECK_FALSE(in_time.end());
    if (++turns < 1000) asio::post(io, next);
  };
  next();
  io.run();
  CHECK(turns == 1000);
  io.restart();
  deadlines::guard late(all, s.near, on, in(5ms));  // the timer that was taken back is set again
  io.run();
  CHECK(late.end());
}

TEST_CASE("without a time nothing is limited, and a context may end before its operations do") {
  std::unique_ptr<deadlines::guard> open;
  std::unique_ptr<pair_of_sockets> s;
  {
    asio::io_context io(1);
    s = std::make_unique<pair_of_sockets>(io);
    auto& all = asio::use_service<deadlines>(io);
    deadlines::guard unlimited(all, s->near, io.get_executor(), std::nullopt);
    CHECK(io.run() == 0);
    CHECK_FALSE(unlimited.end());
    // held by what the context destroys with itself
    asio::post(io, [g = std::make_shared<deadlines::guard>(all, s->near, io.get_executor(), in(3'600'000ms)),
                    sockets = std::shared_ptr<pair_of_sockets>(std::move(s))] {});
  }
}
