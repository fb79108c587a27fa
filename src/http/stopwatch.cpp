#include "http/stopwatch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {

stopwatch::stopwatch(const timeouts& limits) : limits_(limits) {
  const auto now = std::chrono::steady_clock::now();
  connect_by_ = now + limits.connect;
  total_by_ = now + limits.total;
}

std::optional<std::chrono::steady_clock::time_point> stopwatch::until(phase p) const {
  std::optional<std::chrono::steady_clock::time_point> out;
  if (limits_.total.count() > 0) out = total_by_;
  const auto sooner = [&](std::chrono::steady_clock::time_point t) { out = out ? std::min(*out, t) : t; };
  if (p == phase::connect && limits_.connect.count() > 0) sooner(connect_by_);
  const auto limit = p == phase::first_byte ? limits_.first_byte : limits_.idle;
  if (p != phase::connect && limit.count() > 0) sooner(std::chrono::steady_clock::now() + limit);
  return out;
}

std::optional<std::chrono::steady_clock::time_point> stopwatch::until_next_address(std::size_t left) const {
  const auto all = until(phase::connect);
  if (!all || left < 2) return all;
  const auto now = std::chrono::steady_clock::now();
  return now + std::max(*all - now, std::chrono::steady_clock::duration(0)) / left;
}

// A reply that is slow as a whole would be so again; one that did not begin may have been unlucky.
transport_error stopwatch::overdue(phase p, const url& server, bool answer_began) const {
  const bool in_all = limits_.total.count() > 0 && std::chrono::steady_clock::now() >= total_by_;
  const auto [what, limit] = in_all                ? std::pair("the whole reply", limits_.total)
                             : p == phase::connect ? std::pair("the connection", limits_.connect)
                             : p == phase::first_byte
                                 ? std::pair("the reply's first byte", limits_.first_byte)
                             : p == phase::send ? std::pair("the server to take the request", limits_.idle)
                                                : std::pair("the next piece of the reply", limits_.idle);
  return transport_error(
      {"http.timeout", fmt::format("{}: waited {} ms for {}", origin(server), limit.count(), what),
       "raise that timeout, or ask for less", !in_all},
      answer_began);
}

void rethrow_connect(const boost::system::error_code& ec, const url& server, const stopwatch& watch) {
  if (ec == beast::error::timeout) throw watch.overdue(phase::connect, server, false);
  if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
  throw transport_error({"http.connect", fmt::format("no connection to {}: {}", origin(server), ec.message()),
                         "check that the server runs and is reached from here", true},
                        false);
}

}  // namespace stook::http
