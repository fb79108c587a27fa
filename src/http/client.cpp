#include "http/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "core/run_on.hpp"
#include "http/connection.hpp"
#include "http/idle_connections.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {

struct client::shared {
  explicit shared(client_options o) : options(std::move(o)), tls(asio::ssl::context::tls_client) {}

  client_options options;
  std::optional<url> proxy;
  mutable asio::ssl::context tls;  // sessions are made from it; OpenSSL locks what they share
};

class response::core {
 public:
  using parser = beast::http::response_parser<beast::http::buffer_body>;

  core(std::shared_ptr<const client_options> o, std::shared_ptr<const void> sender, url server,
       stopwatch watch, std::unique_ptr<connection> c)
      : options(std::move(o)),
        owner(std::move(sender)),
        to(std::move(server)),
        time(watch),
        line(std::move(c)),
        reply(std::make_unique<parser>()) {
    reply->header_limit(static_cast<std::uint32_t>(options->max_header_bytes));
    reply->body_limit(boost::none);  // counted in `async_more`, for every kind of body
  }

  task<void> async_write(const request& r, const std::string& head);
  task<void> async_read_head();
  task<std::size_t> async_more();
  void release();
  [[noreturn]] void rethrow(const boost::system::error_code& ec, phase at, bool began);

  std::shared_ptr<const client_options> options;
  std::shared_ptr<const void> owner;  // the client, for whom the connection is kept
  url to;
  stopwatch time;
  std::unique_ptr<connection> line;  // null once the body is whole
  std::unique_ptr<parser> reply;
  std::array<char, 16384> piece;
  std::size_t body_bytes = 0;
  bool began = false;  // a byte of the reply came
};

namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_line(std::string_view text, char lowest) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return (c >= lowest && c != '\x7f') || c == '\t' || c < 0; });
}

// Two of one of these, and a proxy and a server may each believe another one.
constexpr std::array own = {"Host", "Content-Length", "Transfer-Encoding"};

// Nothing of what a caller gives may end a line.
std::string head_of(const request& r, bool by_proxy) {
  if (!is_token(r.method)) throw error("bad_request", "a request's method is no HTTP token");
  if (!is_line(r.to.target, '!') || r.to.target.find('\t') != std::string::npos) {
    throw error("bad_request", "a request's path holds a blank or a control character: escape it");
  }
  std::string head =
      fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\n", r.method,
                  by_proxy ? "http://" + authority(r.to) : std::string(), r.to.target, authority(r.to));
  for (const header& h : r.headers) {
    if (!is_token(h.name)) throw error("bad_request", "a header's name is no HTTP token");
    const beast::string_view name(h.name.data(), h.name.size());
    if (std::any_of(own.begin(), own.end(), [&](const char* o) { return beast::iequals(name, o); })) {
      throw error("bad_request", fmt::format("the header {} is written by the client itself", h.name));
    }
    if (!is_line(h.value, ' ')) {
      throw error("bad_request", fmt::format("the header {} holds a control character", h.name));
    }
    head += fmt::format("{}: {}\r\n", h.name, h.value);
  }
  head += fmt::format("Content-Length: {}\r\n\r\n", r.body.size());
  return head;
}

}  // namespace

void response::core::rethrow(const boost::system::error_code& ec, phase at, bool body) {
  line.reset();
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
  const bool broke_off = ec == asio::error::eof || ec == beast::http::error::end_of_stream ||
                         ec == beast::http::error::partial_message || ec == asio::error::connection_reset ||
                         ec == asio::error::broken_pipe || ec == asio::ssl::error::stream_truncated;
  if (broke_off) {
    throw transport_error({"http.reset",
                           fmt::format("{}: the connection was closed {}", origin(to),
                                       body ? "within the reply" : "before the reply"),
                           "", true},
                          began);
  }
  throw transport_error(
      {"http.protocol", fmt::format("{}: the reply is no HTTP: {}", origin(to), ec.message()), "", true},
      began);
}

task<void> response::core::async_write(const request& r, const std::string& head) {
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head),
                                                   asio::buffer(r.body.data(), r.body.size())};
  beast::buffers_suffix<std::array<asio::const_buffer, 2>> left(parts);
  while (beast::buffer_bytes(left) > 0) {
    line->set_limit(time.until(phase::send));
    boost::system::error_code ec;
    auto writing = line->with_stream([&](auto& stream) {
      return stream.async_write_some(left, asio::redirect_error(asio::use_awaitable_t<>{}, ec));
    });
    const std::size_t sent = co_await std::move(writing);
    if (ec) rethrow(ec, phase::send, false);
    left.consume(sent);
  }
}

task<void> response::core::async_read_head() {
  line->set_limit(time.until(phase::first_byte));
  boost::system::error_code ec;
  // 1xx are no replies
  do {
    auto reading = line->with_stream([&](auto& stream) {
      return beast::http::async_read_header(stream, line->buffer(), *reply,
                                            asio::redirect_error(asio::use_awaitable_t<>{}, ec));
    });
    co_await std::move(reading);
    began = began || reply->got_some();
    if (ec) rethrow(ec, phase::first_byte, false);
    if (reply->get().result_int() / 100 != 1) co_return;
    reply = std::make_unique<parser>();
    reply->header_limit(static_cast<std::uint32_t>(options->max_header_bytes));
    reply->body_limit(boost::none);
  } while (true);
}

// Bytes of the body that are in `piece` then; 0 at the end.
task<std::size_t> response::core::async_more() {
  while (line) {
    if (reply->is_done()) {
      release();
      break;
    }
    auto& body = reply->get().body();
    body.data = piece.data();
    body.size = piece.size();
    body.more = true;
    line->set_limit(time.until(phase::idle));
    boost::system::error_code ec;
    auto reading = line->with_stream([&](auto& stream) {
      return beast::http::async_read_some(stream, line->buffer(), *reply,
                                          asio::redirect_error(asio::use_awaitable_t<>{}, ec));
    });
    co_await std::move(reading);
    if (ec && ec != beast::http::error::need_buffer) rethrow(ec, phase::idle, true);
    const std::size_t got = piece.size() - reply->get().body().size;
    body_bytes += got;
    if (body_bytes > options->max_body_bytes) {
      line.reset();
      throw transport_error(
          {"http.too_large",
           fmt::format("{}: the reply is larger than {} bytes", origin(to), options->max_body_bytes),
           "raise the limit if such replies are meant to be read"},
          true);
    }
    if (got > 0) co_return got;
  }
  co_return 0;
}

void response::core::release() {
  if (reply->keep_alive() && line->buffer().size() == 0) {
    line->mark_used();
    line->set_limit(std::nullopt);
    auto& context = asio::query(line->strand(), asio::execution::context);
    asio::use_service<idle_connections>(context).keep(owner, to, std::move(line), options->idle_connections);
  }
  line.reset();
}

response::response(std::unique_ptr<core> c) : core_(std::move(c)) {}
response::~response() = default;
response::response(response&&) noexcept = default;
response& response::operator=(response&&) noexcept = default;

unsigned response::status() const { return core_->reply->get().result_int(); }

std::string_view response::header(std::string_view name) const {
  const auto& fields = core_->reply->get();
  const auto found = fields.find(beast::string_view(name.data(), name.size()));
  return found == fields.end() ? std::string_view()
                               : std::string_view(found->value().data(), found->value().size());
}

task<std::string_view> response::async_read_some() {
  if (!core_->line) co_return std::string_view();
  const asio::any_io_executor strand = core_->line->strand();
  auto more = core_->async_more();
  auto pending = detail::run_on(strand, std::move(more));
  const std::size_t got = co_await std::move(pending);
  co_return std::string_view(core_->piece.data(), got);
}

task<std::string> response::async_read_all() {
  std::string all;
  for (;;) {
    auto pending = async_read_some();
    const std::string_view piece = co_await std::move(pending);
    if (piece.empty()) co_return all;
    all += piece;
  }
}

client::client(client_options options) {
  check_rules(options.egress);
  auto made = std::make_shared<shared>(std::move(options));
  if (made->options.proxy) {
    made->proxy = parse_url(*made->options.proxy);
    if (made->proxy->tls) throw error("bad_url", "a proxy is reached by http://, and TLS goes through it");
  }
  made->tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                        asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1);
  made->tls.set_verify_mode(asio::ssl::verify_peer);
  boost::system::error_code ec;
  if (made->options.ca_file) {
    made->tls.load_verify_file(*made->options.ca_file, ec);
    if (ec)
      throw error("bad_ca_file",
                  fmt::format("{}: no PEM certificates: {}", *made->options.ca_file, ec.message()));
  } else {
    made->tls.set_default_verify_paths(ec);
  }
  shared_ = std::move(made);
}

client::~client() = default;

namespace {

task<std::unique_ptr<response::core>> async_exchange(std::unique_ptr<response::core> c, const request& r,
                                                     const std::string& head) {
  auto writing = c->async_write(r, head);
  co_await std::move(writing);
  auto reading = c->async_read_head();
  co_await std::move(reading);
  co_return c;
}

}  // namespace

task<response> client::async_send(const request& r) const {
  const std::shared_ptr<const shared> s = shared_;
  const bool by_proxy = s->proxy && !r.to.tls;
  const std::string head = head_of(r, by_proxy);
  const std::shared_ptr<const client_options> options(s, &s->options);
  const stopwatch watch(s->options.times);
  const asio::any_io_executor here = co_await asio::this_coro::executor;
  auto& context = asio::query(here, asio::execution::context);
  std::unique_ptr<connection> line = asio::use_service<idle_connections>(context).take(s.get(), r.to);
  for (;;) {
    if (!line) {
      line = std::make_unique<connection>(asio::make_strand(here), s->options.max_header_bytes);
      const asio::any_io_executor strand = line->strand();
      auto connecting = line->async_connect(r.to, s->options, s->proxy, s->tls, watch);
      auto connected = detail::run_on(strand, std::move(connecting));
      co_await std::move(connected);
    }
    const bool used = line->used();
    const asio::any_io_executor strand = line->strand();
    auto c = std::make_unique<response::core>(options, s, r.to, watch, std::move(line));
    auto exchange = async_exchange(std::move(c), r, head);
    auto pending = detail::run_on(strand, std::move(exchange));
    try {
      auto replied = co_await std::move(pending);
      co_return response(std::move(replied));
    } catch (const transport_error& e) {
      if (!used || e.answer_began() || e.code() != "http.reset") throw;
    }
  }
}

}  // namespace stook::http
