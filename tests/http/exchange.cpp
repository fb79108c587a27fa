#include "exchange.hpp"

#include <utility>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;
namespace http = stook::http;

namespace asking {

stook::task<void> exchange(const http::client& c, const http::request& r, outcome& out) {
  try {
    auto sending = c.async_send(r);
    http::response reply = co_await std::move(sending);
    out.status = reply.status();
    auto reading = reply.async_read_all();
    out.body = co_await std::move(reading);
  } catch (const http::transport_error& e) {
    out.code = e.code();
    out.text = e.what();
    out.began = e.answer_began();
    out.retryable = e.what_failed().retryable;
  } catch (const stook::error& e) {
    out.code = e.code();
    out.text = e.what();
  } catch (const boost::system::system_error& e) {
    out.code = e.code() == asio::error::operation_aborted ? "aborted" : e.what();
  }
}

namespace {

stook::task<void> exchanges(const http::client& c, const http::request& r, std::vector<outcome>& all) {
  for (outcome& out : all) {
    auto one = exchange(c, r, out);
    co_await std::move(one);
  }
}

}  // namespace

std::vector<outcome> ask(const http::client& c, const http::request& r, std::size_t times) {
  asio::io_context io(1);
  std::vector<outcome> all(times);
  asio::co_spawn(io, exchanges(c, r, all), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
  return all;
}

outcome ask_once(const http::client& c, const http::request& r) { return ask(c, r).front(); }

http::request post(const fake::server& s, std::string_view body) {
  return {.to = http::parse_url(s.base() + "/v1/x?q=secret-query"),
          .headers = {{"Authorization", "Bearer secret-key"}},
          .body = body};
}

}  // namespace asking
