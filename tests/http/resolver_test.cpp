#include "http/resolver.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include "http/client.hpp"
#include "support/fake_server.hpp"

namespace asio = boost::asio;
namespace http = stook::http;
using namespace std::chrono_literals;

namespace {

using addresses = std::vector<asio::ip::address>;

// A name service that does not answer until it is let.
class stuck_names {
 public:
  http::name_lookup lookup() const {
    return [s = state_](const std::string&) {
      std::unique_lock lock(s->mutex);
      s->most = std::max(s->most, ++s->inside);
      ++s->begun;
      s->changed.notify_all();
      s->changed.wait(lock, [&] { return s->released; });
      --s->inside;
      s->changed.notify_all();
      return addresses{asio::ip::address_v4::loopback()};
    };
  }
  bool wait_for_begun(int n, std::chrono::milliseconds longest = 10s) const {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, longest, [&] { return state_->begun >= n; });
  }
  /// Lets all lookups return, and waits until they have.
  bool release() const {
    std::unique_lock lock(state_->mutex);
    state_->released = true;
    state_->changed.notify_all();
    return state_->changed.wait_for(lock, 10s, [&] { return state_->inside == 0; });
  }
  int most_at_once() const {
    const std::lock_guard lock(state_->mutex);
    return state_->most;
  }

 private:
  struct state {
    std::mutex mutex;
    std::condition_variable changed;
    int inside = 0, begun = 0, most = 0;
    bool released = false;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
};

stook::task<void> get(const http::client& c, const http::request& r, std::string& outcome) {
  try {
    auto sending = c.async_send(r);
    http::response reply = co_await std::move(sending);
    auto reading = reply.async_read_all();
    outcome = co_await std::move(reading);
  } catch (const http::transport_error& e) {
    outcome = e.code() + ": " + e.what();
  } catch (const boost::system::system_error& e) {
    outcome = e.code() == asio::error::operation_aborted ? "aborted" : e.what();
  }
}

http::request to_name(std::uint16_t port = 80) {
  return {.to = http::parse_url(fmt::format("http://name.test:{}/", port)), .body = "{}"};
}

const auto ignore = [](std::exception_ptr e) { CHECK_FALSE(e); };

std::string asked(const http::client& c, const http::request& r) {
  asio::io_context io(1);
  std::string outcome = "nothing";
  asio::co_spawn(io, get(c, r, outcome), ignore);
  io.run();
  return outcome;
}

class stopwatch {
 public:
  bool is_below(std::chrono::milliseconds limit) const {
    return std::chrono::steady_clock::now() - began_ < limit;
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

constexpr auto soon = 5s;  // far less than a lookup that is stuck would take, on any machine

}  // namespace

TEST_CASE("a name is looked up, off the thread that waits, and its addresses are checked") {
  fake::server s([](fake::peer& p, int) {
    p.hear();
    p.say(fake::reply("hello"));
  });
  std::string host;
  std::thread::id where;
  const auto lookup = [&](const std::string& name) {
    host = name;
    where = std::this_thread::get_id();
    return addresses{asio::ip::make_address("127.0.0.1")};
  };
  CHECK(asked(http::client({.lookup = lookup}), to_name(s.port())) == "hello");
  CHECK(host == "name.test");
  CHECK(where != std::this_thread::get_id());
  CHECK(asked(http::client({.egress = {.allow_private = false}, .lookup = lookup}), to_name(s.port()))
            .starts_with("http.blocked: "));
}

TEST_CASE("a name without an address is an error that may pass") {
  const auto none = [](const std::string&) { return addresses(); };
  const auto throws = [](const std::string&) -> addresses {
    throw boost::system::system_error(asio::error::host_not_found_try_again);
  };
  const auto odd = [](const std::string&) -> addresses { throw std::runtime_error("odd"); };
  for (const http::name_lookup& lookup : {http::name_lookup(none), {throws}, {odd}}) {
    CHECK(asked(http::client({.lookup = lookup}), to_name())
              .starts_with("http.connect: the name name.test was not resolved: "));
  }
}

TEST_CASE("a lookup that hangs is given up in time, and keeps neither the loop nor its end") {
  const stuck_names names;
  const stopwatch watch;
  {
    const http::client c({.times = {.connect = 50ms}, .lookup = names.lookup()});
    CHECK(asked(c, to_name()).starts_with("http.timeout: "));
  }
  CHECK(watch.is_below(soon));
  CHECK(names.release());  // it comes back to a loop that is gone
}

TEST_CASE("a lookup that hangs is given up at once where its request is cancelled") {
  const stuck_names names;
  const stopwatch watch;
  const http::client c({.lookup = names.lookup()});
  {
    asio::io_context io(1);
    asio::cancellation_signal stop;
    std::string outcome;
    const http::request r = to_name();
    asio::co_spawn(io, get(c, r, outcome), asio::bind_cancellation_slot(stop.slot(), ignore));
    asio::steady_timer later(io, 30ms);
    later.async_wait([&](boost::system::error_code) { stop.emit(asio::cancellation_type::terminal); });
    io.run();
    CHECK(outcome == "aborted");
    CHECK(watch.is_below(soon));
    CHECK(names.release());  // it comes back to a loop that stands, where nobody waits any more
    CHECK(io.poll() == 0);
  }
  CHECK(watch.is_below(soon));
}

TEST_CASE("a loop may end before the lookup does, or at the same moment") {
  for (int i = 0; i < 50; ++i) {
    const stuck_names names;
    const http::client c({.lookup = names.lookup()});
    std::string outcome;
    const http::request r = to_name();
    std::thread releasing;
    const stopwatch watch;
    {
      asio::io_context io(1);
      asio::co_spawn(io, get(c, r, outcome), ignore);
      io.poll();
      CHECK(names.wait_for_begun(1));
      if (i % 2 == 0) releasing = std::thread([&] { names.release(); });
    }
    CHECK(watch.is_below(soon));
    CHECK(outcome.empty());
    if (releasing.joinable()) releasing.join();
    CHECK(names.release());
  }
}

TEST_CASE("lookups share a few threads, and one that is not begun in time is never begun") {
  const stuck_names names;
  const http::client c({.times = {.connect = 200ms}, .lookup = names.lookup()});
  constexpr int requests = 60;
  std::vector<std::string> outcomes(requests);
  asio::io_context io(1);
  const http::request r = to_name();
  for (std::string& outcome : outcomes) asio::co_spawn(io, get(c, r, outcome), ignore);
  io.run();
  for (const std::string& outcome : outcomes) CHECK(outcome.starts_with("http.timeout: "));
  CHECK(names.most_at_once() == 16);
  CHECK(names.release());
  CHECK(names.most_at_once() == 16);
  CHECK_FALSE(names.wait_for_begun(17, 50ms));
}
