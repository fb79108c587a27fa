#include "http/client.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

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

// A body of which the parser shows each piece where it was received, and copies none.
struct shown_body {
  using value_type = std::string_view;  // what the last parse met

  class reader {
   public:
    template <bool IsRequest, typename Fields>
    reader(beast::http::header<IsRequest, Fields>&, value_type& shown) : shown_(shown) {}
    void init(const boost::optional<std::uint64_t>&, boost::system::error_code& ec) { ec = {}; }
    template <typename Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& ec) {
      ec = {};
      const asio::const_buffer one = *asio::buffer_sequence_begin(buffers);
      shown_ = value_type(static_cast<const char*>(one.data()), one.size());
      return one.size();
    }
    void finish(boost::system::error_code& ec) { ec = {}; }

   private:
    value_type& shown_;
  };
};

class response::core {
 public:
  using parser = beast::http::response_parser<shown_body>;

  static std::unique_ptr<parser> make_parser(const client_options& options) {
    auto made = std::make_unique<parser>();
    made->header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
    made->body_limit(boost::none);  // counted in `take_buffered`, for every kind of body
    return made;
  }

  core(std::shared_ptr<const client_options> o, std::shared_ptr<const void> sender, url server,
       stopwatch watch, std::unique_ptr<connection> c)
      : options(std::move(o)),
        owner(std::move(sender)),
        to(std::move(server)),
        time(watch),
        line(std::move(c)),
        reply(make_parser(*options)) {}

  task<void> async_write(const request& r, const std::string& head);
  task<void> async_read_head();
  task<void> async_fill(phase at);
  std::size_t parse(phase at);
  std::optional<std::string_view> take_buffered();
  task<std::string_view> async_more();
  void release();
  [[noreturn]] void rethrow(const boost::system::error_code& ec, phase at, bool began);

  std::shared_ptr<const client_options> options;
  std::shared_ptr<const void> owner;  // the client, for whom the connection is kept
  url to;
  stopwatch time;
  std::unique_ptr<connection> line;  // null once the body is whole
  std::unique_ptr<parser> reply;
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

// Of each read, where the buffer is nearly full.
constexpr std::size_t least_room = 512;

// A length that a server announces is no reason to take that much memory.
constexpr std::size_t most_reserved = 256U << 10U;

// Two of one of these, and a proxy and a server may each believe another one.
constexpr std::array own = {"Host", "Content-Length", "Transfer-Encoding"};

// Nothing of what a caller gives may end a line.
std::string head_of(const request& r, bool by_proxy) {
  if (!is_token(r.method)) throw error("bad_request", "a request's method is no HTTP token");
  if (!is_line(r.to.target, '!') || r.to.target.find('\t') != std::string::npos) {
    throw error("bad_request", "a request's path holds a blank or a control character: escape it");
  }
  const std::string host = authority(r.to);
  std::string head;
  head.reserve(512);
  const auto out = std::back_inserter(head);
  fmt::format_to(out, "{} {}{}{} HTTP/1.1\r\nHost: {}\r\n", r.method, by_proxy ? "http://" : "",
                 by_proxy ? host : std::string_view(), r.to.target, host);
  for (const header& h : r.headers) {
    if (!is_token(h.name)) throw error("bad_request", "a header's name is no HTTP token");
    const beast::string_view name(h.name.data(), h.name.size());
    if (std::any_of(own.begin(), own.end(), [&](const char* o) { return beast::iequals(name, o); })) {
      throw error("bad_request", fmt::format("the header {} is written by the client itself", h.name));
    }
    if (!is_line(h.value, ' ')) {
      throw error("bad_request", fmt::format("the header {} holds a control character", h.name));
    }
    for (const std::string_view part : {std::string_view(h.name), std::string_view(": "),
                                        std::string_view(h.value), std::string_view("\r\n")}) {
      head += part;
    }
  }
  fmt::format_to(out, "Content-Length: {}\r\n\r\n", r.body.size());
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
  // The socket mostly takes all of it at once, and what does not wait needs no timer.
  while (!line->is_secure() && beast::buffer_bytes(left) > 0) {
    boost::system::error_code ec;
    left.consume(line->socket().socket().write_some(left, ec));
    if (ec == asio::error::would_block) break;
    if (ec) rethrow(ec, phase::send, false);
  }
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

// Receives more, and says whether the reply is over where the server is. Beast's own reading of messages does
// the same, with one more operation around each.
task<void> response::core::async_fill(phase at) {
  auto& buffer = line->buffer();
  const std::size_t room =
      std::min(buffer.max_size() - buffer.size(), std::max(buffer.capacity() - buffer.size(), least_room));
  if (room == 0) rethrow(beast::http::error::buffer_overflow, at, at == phase::idle);
  line->set_limit(time.until(at));
  boost::system::error_code ec;
  auto reading = line->with_stream([&](auto& stream) {
    return stream.async_read_some(buffer.prepare(room), asio::redirect_error(asio::use_awaitable_t<>{}, ec));
  });
  const std::size_t got = co_await std::move(reading);
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
  for (;;) {
    while (!reply->is_header_done()) {
      if (line->buffer().size() > 0 && parse(phase::first_byte) > 0) continue;
      auto filling = async_fill(phase::first_byte);
      co_await std::move(filling);
    }
    // 1xx are no replies
    if (reply->get().result_int() / 100 != 1) co_return;
    reply = make_parser(*options);
  }
}

// The next piece of the body out of what was received, where it stays until more is; empty at the end.
// Nothing where more must come first: only that needs the strand, the socket and a timer.
std::optional<std::string_view> response::core::take_buffered() {
  while (!reply->is_done()) {
    if (line->buffer().size() == 0) return std::nullopt;
    std::string_view& shown = reply->get().body();
    shown = {};
    const std::size_t used = parse(phase::idle);  // one piece at most, for the parser is not eager
    body_bytes += shown.size();
    if (body_bytes > options->max_body_bytes) {
      line.reset();
      throw transport_error(
          {"http.too_large",
           fmt::format("{}: the reply is larger than {} bytes", origin(to), options->max_body_bytes),
           "raise the limit if such replies are meant to be read"},
          true);
    }
    if (!shown.empty()) return shown;
    if (used == 0) return std::nullopt;
  }
  release();
  return std::string_view();
}

// The same, once more has come.
task<std::string_view> response::core::async_more() {
  std::optional<std::string_view> got;
  while (!got) {
    auto filling = async_fill(phase::idle);
    co_await std::move(filling);
    got = take_buffered();
  }
  co_return *got;
}

void response::core::release() {
  if (reply->keep_alive() && line->buffer().size() == 0) {
    line->mark_used();
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
  std::optional<std::string_view> got = core_->take_buffered();
  if (!got) {
    const asio::any_io_executor strand = core_->line->strand();
    auto more = core_->async_more();
    auto pending = detail::run_on(strand, std::move(more));
    got = co_await std::move(pending);
  }
  co_return *got;
}

task<std::string> response::async_read_all() {
  std::string all;
  if (const auto length = core_->reply->content_length()) {
    all.reserve(std::min<std::uint64_t>(*length, std::min(core_->options->max_body_bytes, most_reserved)));
  }
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

// A strand of the loop itself, where it is one, costs less in each operation than one of an executor of any
// kind.
asio::any_io_executor strand_on(const asio::any_io_executor& here) {
  if (const auto* loop = here.target<asio::io_context::executor_type>()) return asio::make_strand(*loop);
  return asio::make_strand(here);
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
      line = std::make_unique<connection>(strand_on(here), s->options.max_header_bytes);
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
