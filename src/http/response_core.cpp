#include "http/response_core.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>

#include "http/connection.hpp"
#include "http/idle_connections.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {
namespace {

// Of each read, where the buffer is nearly full.
constexpr std::size_t least_room = 512;

bool is_closing(const boost::system::error_code& ec) {
  return ec == asio::error::connection_reset || ec == asio::error::broken_pipe;
}

}  // namespace

response::core::core(std::shared_ptr<const client_options> owner, stopwatch watch)
    : options(std::move(owner)), time(watch) {}

response::core::~core() {
  try {
    if (line && is_shown) release();
  } catch (const std::bad_alloc&) {
    // then it is closed
  }
}

void response::core::renew_parser() {
  reply.emplace();
  reply->header_limit(static_cast<std::uint32_t>(options->max_header_bytes));
  reply->body_limit(boost::none);  // counted in `take_buffered`, for every kind of body
}

void response::core::begin(std::unique_ptr<connection> by) {
  line = std::move(by);
  renew_parser();
}

void response::core::rethrow(const boost::system::error_code& ec, phase at, bool within) {
  const std::unique_ptr<connection> lost = std::move(line);
  const url& to = lost->server();
  if (ec == beast::error::timeout) throw time.overdue(at, to, began);
  if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
  if (ec == beast::http::error::header_limit) {
    throw transport_error({"http.too_large", fmt::format("{}: the reply's header is larger than {} bytes",
                                                         origin(to), options->max_header_bytes)},
                          began);
  }
  if (ec == beast::http::error::buffer_overflow) {
    throw transport_error(
        {"http.too_large", fmt::format("{}: between two pieces of the reply stand more than {} bytes",
                                       origin(to), options->max_header_bytes)},
        began);
  }
  const bool is_closed =
      is_closing(ec) || ec == asio::error::eof || ec == beast::http::error::end_of_stream ||
      ec == beast::http::error::partial_message || ec == asio::ssl::error::stream_truncated;
  if (is_closed) {
    throw transport_error({"http.reset",
                           fmt::format("{}: the connection was closed {}", origin(to),
                                       within ? "within the reply" : "before the reply"),
                           "", true},
                          began);
  }
  const bool is_of_tls = ec.category() == asio::error::get_ssl_category();
  if (is_of_tls && !began) {
    throw transport_error(
        {"http.tls", fmt::format("{}: the TLS connection failed: {}", origin(to), ec.message()),
         "look for what the server demands of its clients, such as a certificate"},
        began);
  }
  if (is_of_tls || ec.category() == boost::system::system_category()) {
    throw transport_error({"http.reset",
                           fmt::format("{}: the connection broke {}: {}", origin(to),
                                       within ? "within the reply" : "before the reply", ec.message()),
                           "", true},
                          began);
  }
  throw transport_error(
      {"http.protocol", fmt::format("{}: the reply is no HTTP: {}", origin(to), ec.message()), "", true},
      began);
}

void response::core::refuse(std::string_view why) {
  const std::unique_ptr<connection> lost = std::move(line);
  throw transport_error({"http.protocol", fmt::format("{}: {}", origin(lost->server()), why), "", true},
                        began);
}

bool response::core::cut_off(const boost::system::error_code& ec, unsent& left) {
  if (!is_closing(ec)) return false;
  is_cut = true;
  left.consume(beast::buffer_bytes(left));
  return true;
}

// The socket mostly takes all of it at once, and what does not wait needs no time limit.
void response::core::write_at_once(unsent& left) {
  while (!line->is_secure() && beast::buffer_bytes(left) > 0) {
    boost::system::error_code ec;
    left.consume(line->socket().write_some(left, ec));
    if (ec == asio::error::would_block || cut_off(ec, left)) return;
    if (ec) rethrow(ec, phase::send, false);
  }
}

task<void> response::core::async_write(unsent& left) {
  while (beast::buffer_bytes(left) > 0) {
    boost::system::error_code ec;
    deadlines::guard in_time = line->limit(time.until(phase::send));
    auto writing = line->with_stream([&](auto& stream) { return http::async_write_some(stream, left, ec); });
    const std::size_t sent = co_await std::move(writing);
    if (in_time.end()) ec = beast::error::timeout;
    if (cut_off(ec, left)) co_return;
    if (ec) rethrow(ec, phase::send, false);
    left.consume(sent);
  }
}

// Receives more, and says whether the reply is over where the server is. Beast's own reading of messages does
// the same, with one more operation around each.
task<void> response::core::async_fill(phase at, std::optional<deadlines::time_point> until) {
  auto& buffer = line->buffer();
  const std::size_t room =
      std::min(buffer.max_size() - buffer.size(), std::max(buffer.capacity() - buffer.size(), least_room));
  if (room == 0) rethrow(beast::http::error::buffer_overflow, at, at == phase::idle);
  const asio::mutable_buffer into = buffer.prepare(room);
  boost::system::error_code ec;
  deadlines::guard in_time = line->limit(until);
  auto reading = line->with_stream([&](auto& stream) { return http::async_read_some(stream, into, ec); });
  const std::size_t got = co_await std::move(reading);
  if (in_time.end()) ec = beast::error::timeout;
  buffer.commit(got);
  if (ec == asio::error::eof) {
    ec = {};
    if (reply->got_some()) {
      reply->put_eof(ec);
    } else {
      ec = beast::http::error::end_of_stream;
    }
  }
  if (ec) rethrow(ec, at, at == phase::idle);
}

// Parses what has been received. Bytes that it needs more of stay where they are.
std::size_t response::core::parse(phase at) {
  boost::system::error_code ec;
  const std::size_t used = reply->put(line->buffer().data(), ec);
  line->buffer().consume(used);
  began = began || reply->got_some();
  if (ec && ec != beast::http::error::need_more) rethrow(ec, at, at == phase::idle);
  return used;
}

task<void> response::core::async_read_head() {
  const auto until = time.until(phase::first_byte);
  for (;;) {
    while (!reply->is_header_done()) {
      if (line->buffer().size() > 0 && parse(phase::first_byte) > 0) continue;
      auto filling = async_fill(phase::first_byte, until);
      co_await std::move(filling);
    }
    const unsigned status = reply->get().result_int();
    if (status == 101) refuse("the reply changes the protocol, which nobody asked for");
    // the other 1xx are no replies
    if (status / 100 != 1) break;
    renew_parser();
  }
  check_reply();
}

// Beast hands on what other codings than chunked left of a body.
void response::core::check_reply() {
  const auto [first, last] = reply->get().equal_range(beast::http::field::transfer_encoding);
  if (first == last) return;
  const bool is_plain =
      beast::iequals(first->value(), "chunked") || beast::iequals(first->value(), "identity");
  if (!is_plain || std::next(first) != last) refuse("the reply has a transfer coding that nobody asked for");
}

void response::core::refuse_size(std::size_t most) {
  const std::unique_ptr<connection> lost = std::move(line);
  throw transport_error(
      {"http.too_large", fmt::format("{}: the reply is larger than {} bytes", origin(lost->server()), most),
       "raise the limit if such replies are meant to be read"},
      true);
}

std::optional<std::string_view> response::core::take_buffered() {
  while (!reply->is_done()) {
    if (line->buffer().size() == 0) return std::nullopt;
    std::string_view& shown = reply->get().body();
    shown = {};
    const std::size_t used = parse(phase::idle);  // one piece at most, for the parser is not eager
    body_bytes += shown.size();
    if (body_bytes > options->max_body_bytes) refuse_size(options->max_body_bytes);
    if (!shown.empty()) return shown;
    if (used == 0) return std::nullopt;
  }
  release();
  return std::string_view();
}

task<std::string_view> response::core::async_more() {
  std::optional<std::string_view> got;
  while (!got) {
    auto filling = async_fill(phase::idle, time.until(phase::idle));
    co_await std::move(filling);
    got = take_buffered();
  }
  co_return *got;
}

std::optional<std::size_t> response::core::rest_in_one() const {
  const auto rest = reply->content_length_remaining();
  if (!rest || *rest == 0 || *rest > line->buffer().max_size()) return std::nullopt;
  return static_cast<std::size_t>(*rest);
}

task<void> response::core::async_gather(std::size_t bytes) {
  line->buffer().reserve(bytes);
  while (line->buffer().size() < bytes) {
    auto filling = async_fill(phase::idle, time.until(phase::idle));
    co_await std::move(filling);
  }
}

void response::core::release() {
  if (reply->keep_alive() && !is_cut && line->buffer().size() == 0) {
    line->mark_used();
    idle_connections& others = line->others();
    others.keep(options, std::move(line));
  }
  line.reset();
}

}  // namespace stook::http
